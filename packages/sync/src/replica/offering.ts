// Offering the journal again to a hub that lost history: every answered command above what the hub
// still has, in order, each with what the hub had decided and added the first time.

import type { JournalEntry } from '../ports/device-storage.ts';
import { commandText, push, sayCommands, unansweredOf } from './sending.ts';
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
export function offer(state: ReplicaState, read: readonly JournalEntry[], after: number): void {
  // What was asked for before the offering began anew leaves out what comes before it.
  if (state.offeredTo !== after) return;
  const entries = withUnsaved(state, read, after);
  const last = entries.at(-1);
  if (last === undefined) {
    state.offeredTo = undefined;
    push(state);
    return;
  }
  for (const entry of entries) {
    state.offered.set(entry.id, entry);
    if (entry.answered.outcome === 'ok' && !isThere(state, entry)) keepInSight(state, entry);
  }
  sayCommands(state, inOrder(state, entries, after, last.n));
  state.offeredTo = last.n;
  readOn(state, last.n);
}

/** A storage that is full or slow has not all of the journal yet: the rest of it is here. */
function withUnsaved(
  state: ReplicaState,
  read: readonly JournalEntry[],
  after: number,
): readonly JournalEntry[] {
  const through = read.length < entriesAtOnce ? Infinity : read.at(-1)!.n;
  const byN = new Map(read.map((entry) => [entry.n, entry]));
  const unsaved = [...(state.change?.answered ?? []), ...state.unsaved.answered.values()];
  for (const entry of unsaved) {
    if (entry.n > after && entry.n <= through) byN.set(entry.n, entry);
  }
  return [...byN.values()].toSorted((one, other) => one.n - other.n);
}

/**
 * Between what was answered there may be commands without an outcome. They go along in their place:
 * nothing of a device is decided before what it did earlier.
 */
function inOrder(
  state: ReplicaState,
  entries: readonly JournalEntry[],
  after: number,
  through: number,
): string[] {
  const texts = new Map(entries.map((entry) => [entry.n, offerText(entry)]));
  for (const pending of unansweredOf(state)) {
    const n = pending.n!;
    if (n > after && n < through) texts.set(n, commandText(pending));
  }
  return [...texts].toSorted(([one], [other]) => one - other).map(([, text]) => text);
}

function offerText({ n, text, answered }: JournalEntry): string {
  return `{"n":${n},"answered":${JSON.stringify(answered)},${text.slice(1)}`;
}

/** It is in sight already, or the hub's rows show it: only under another identity was it answered. */
function isThere(state: ReplicaState, { id, answered }: JournalEntry): boolean {
  const head = state.welcome?.head;
  const isInHistory = head?.epoch.id === answered.epoch.id && answered.seq <= head.seq;
  return isInHistory || state.config.vouch !== undefined || state.pending.has(id);
}

/** Its rows may be gone from the hub for now; the screen goes on showing what was done. */
export function keepInSight(state: ReplicaState, { n, id, text, answered }: JournalEntry): void {
  const command = JSON.parse(text) as Omit<Pending, 'text' | 'n' | 'answered' | 'refusal'>;
  state.pending.set(id, { ...command, id, text, n, answered, refusal: undefined });
}
