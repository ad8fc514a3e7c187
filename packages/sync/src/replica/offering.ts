// Offering the journal again to a hub that lost history: every answered command above what the hub
// still has, in order, each with what the hub had decided and added the first time.

import type { JournalEntry } from '../ports/device-storage.ts';
import { push, sayCommands } from './sending.ts';
import type { Pending, ReplicaState } from './state.ts';

const entriesAtOnce = 500;

/** Begins to offer what lies above `restoredTo`, when the hub asked for it. */
export function offerAgain(state: ReplicaState, restoredTo: number | undefined): void {
  state.offeredTo = restoredTo;
  state.pruneThrough = undefined;
  if (restoredTo !== undefined) readOn(state, restoredTo);
}

function readOn(state: ReplicaState, after: number): void {
  state.effects.push({ type: 'readJournal', after, limit: entriesAtOnce, why: 'offer' });
}

/** Entries have been read: they are offered, and kept in sight until the rows show them again. */
export function offer(state: ReplicaState, entries: readonly JournalEntry[]): void {
  if (state.offeredTo === undefined) return;
  if (entries.some(({ n }) => n <= state.offeredTo!)) return;
  const last = entries.at(-1);
  if (last === undefined) {
    state.offeredTo = undefined;
    push(state);
    return;
  }
  for (const entry of entries) {
    state.offered.set(entry.id, entry);
    if (entry.answered.outcome === 'ok' && !state.pending.has(entry.id)) keepInSight(state, entry);
  }
  sayCommands(state, entries.map(offerText));
  state.offeredTo = last.n;
  readOn(state, last.n);
}

function offerText({ n, text, answered }: JournalEntry): string {
  return `{"n":${n},"answered":${JSON.stringify(answered)},${text.slice(1)}`;
}

/** Its rows may be gone from the hub for now; the screen goes on showing what was done. */
function keepInSight(state: ReplicaState, { n, id, text, answered }: JournalEntry): void {
  const command = JSON.parse(text) as Omit<Pending, 'text' | 'n' | 'answered' | 'refusal'>;
  state.pending.set(id, { ...command, id, text, n, answered, refusal: undefined });
}
