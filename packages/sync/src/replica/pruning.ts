// Letting go of old journal entries: those that are safe on another medium than the hub's database,
// and have been for days. Whatever else is kept until then could be the only copy there is.

import type { JournalEntry } from '../ports/device-storage.ts';
import { journalKeptMs } from '../protocol/limits.ts';
import type { ReplicaState } from './state.ts';

const pruneEveryMs = 3_600_000;
const entriesAtOnce = 500;

/** The hub said how much of the journal lies in a verified copy of the present epoch. */
export function pruneSoon(state: ReplicaState, safeN: number): void {
  const { monoMs } = state.now;
  if (safeN < state.lowest || monoMs < state.pruneAtMs || state.offeredTo !== undefined) return;
  state.pruneAtMs = monoMs + Math.min(pruneEveryMs, keptMs(state));
  state.pruneThrough = safeN;
  const after = state.lowest - 1;
  state.effects.push({ type: 'readJournal', after, limit: entriesAtOnce, why: 'prune' });
}

/** The oldest entries have been read: those that may go, go. */
export function prune(state: ReplicaState, entries: readonly JournalEntry[]): void {
  const { pruneThrough, now } = state;
  if (pruneThrough === undefined) return;
  state.pruneThrough = undefined;
  const beforeMs = now.monoMs + state.hubOffsetMs - keptMs(state);
  const outbox = [...state.pending.values()].filter(({ answered }) => answered === undefined);
  const unanswered = Math.min(Infinity, ...outbox.map(({ n }) => n ?? Infinity));
  for (const { n, answered } of entries) {
    const isNeeded = answered.outcome === 'deferred' || n > state.lastN || n > unanswered;
    if (n > pruneThrough || answered.hubTimeMs > beforeMs || isNeeded) break;
    state.unsaved.dropped.push(n);
    state.unsaved.any = true;
    state.lowest = n + 1;
  }
}

/** Entries that were to go stay after all: nothing of them was let go yet. */
export function holdOn(state: ReplicaState, ns: readonly number[]): void {
  for (const n of ns) state.lowest = Math.min(state.lowest, n);
}

function keptMs(state: ReplicaState): number {
  return state.config.journalKeptMs ?? journalKeptMs;
}
