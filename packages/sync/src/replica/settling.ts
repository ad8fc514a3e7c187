// How a command ended that had ended before: what was offered again may be decided otherwise, and what
// was deferred is settled later, by an outcome or by its row. The journal always says the latest.

import type { JournalEntry } from '../ports/device-storage.ts';
import type { Answered } from '../protocol/outcome.ts';
import { type Deferred, deferredKey } from '../rows/deferred.ts';
import type { HeldRow } from '../rows/held-row.ts';
import { deferredKind } from '../rows/view-hash.ts';
import { keep } from './saving.ts';
import type { Pending, ReplicaState } from './state.ts';

/** What was offered again may have ended otherwise; its place in the old history stays. */
export function againAnswered(state: ReplicaState, now: Answered, id: string): void {
  const entry = state.offered.get(id);
  if (entry === undefined) return;
  state.offered.delete(id);
  endAs(state, entry, now);
}

/** A deferred command whose row is gone was settled meanwhile: sent again, it is told how. */
export function askAboutDeferred(state: ReplicaState): void {
  for (const entry of state.deferred.values()) {
    if (entry.n > state.lastN || state.confirmed.find(deferredKey(entry.id)) !== undefined)
      continue;
    const { n, id, text } = entry;
    const command = JSON.parse(text) as Omit<Pending, 'text' | 'n' | 'answered' | 'refusal'>;
    state.pending.set(id, { ...command, id, text, n, answered: undefined, refusal: undefined });
    state.sent = Math.min(state.sent, n - 1);
  }
}

/** The row of a deferred command tells what it was settled as. */
export function settleFrom(state: ReplicaState, row: HeldRow): void {
  if (!row.key.startsWith(`${deferredKind}/`)) return;
  const settled = row.body as unknown as Deferred;
  const { id, n, device } = settled;
  const known = state.offered.get(id) ?? state.deferred.get(id);
  state.offered.delete(id);
  if (known !== undefined) endAs(state, known, settled);
  else if (device === state.config.device) {
    // Before this run began it was answered: only the journal knows how.
    state.doubted.set(id, settled);
    state.effects.push({ type: 'readJournal', after: n - 1, limit: 1, why: 'compare' });
  }
}

/** What the journal says about commands whose rows say how they ended. */
export function compare(state: ReplicaState, entries: readonly JournalEntry[]): void {
  for (const entry of entries) {
    const settled = state.doubted.get(entry.id);
    state.doubted.delete(entry.id);
    if (settled !== undefined) endAs(state, entry, settled);
  }
}

type Ending = Pick<Answered, 'outcome' | 'code' | 'message'>;

/** Its place in history stays the one it was first answered with. */
function endAs(state: ReplicaState, entry: JournalEntry, { outcome, code, message }: Ending): void {
  if (outcome === entry.answered.outcome) return;
  const { code: _code, message: _message, ...first } = entry.answered;
  const why = outcome === 'ok' || code === undefined ? {} : { code, message: message ?? '' };
  keep(state, { ...entry, answered: { ...first, outcome, ...why } });
  if (outcome !== 'ok') state.pending.delete(entry.id);
}
