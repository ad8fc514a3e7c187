// What goes to the device's storage: one save at a time, everything that came meanwhile in the next.

import type { JournalEntry, DeviceChange } from '../ports/device-storage.ts';
import type { Answered } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';
import { bodyText } from '../rows/held-row.ts';
import { type Pending, type ReplicaState, emptyUnsaved } from './state.ts';

/**
 * Starts a save when there is something to save and none is under way. After one that failed it waits
 * a while, but no command is stored before the rows that its user saw have been tried again: without
 * them it could not be shown after a restart.
 */
export function saveSoon(state: ReplicaState): void {
  const isEarly = state.now.monoMs < state.saveAtMs && state.unappended.length === 0;
  if (state.saving || !state.unsaved.any || isEarly) return;
  state.saving = true;
  state.change = changeOf(state);
  state.effects.push({ type: 'save', change: state.change });
  state.unsaved = emptyUnsaved();
}

function changeOf(state: ReplicaState): DeviceChange {
  const { unsaved, at, lastN, proof, view } = state;
  const puts = [];
  const removed = [];
  for (const [key, row] of unsaved.rows) {
    if (row === null) removed.push(key);
    else puts.push({ key, subject: row.subject, seq: row.seq, text: bodyText(row) });
  }
  return {
    replace: unsaved.replace,
    puts,
    removed,
    at,
    lastN,
    proof,
    view,
    answered: [...unsaved.answered.values()],
    dropped: unsaved.dropped,
  };
}

/** Appends what the user has asked for, one durable transaction at a time. */
export function appendSoon(state: ReplicaState): void {
  if (state.appending.length > 0 || state.unappended.length === 0) return;
  state.appending = state.unappended;
  state.unappended = [];
  const commands = state.appending.map(({ id, text }) => ({ id, text }));
  state.effects.push({ type: 'append', commands });
}

/** Moves a command from the outbox to the journal. */
export function journal(state: ReplicaState, pending: Pending, answered: Answered): void {
  pending.answered = answered;
  const { n, id, text } = pending;
  if (n === undefined) return;
  state.answered = Math.max(state.answered, n);
  keep(state, { n, id, text, answered });
}

/** Writes a journal entry, new or changed. */
export function keep(state: ReplicaState, given: JournalEntry): void {
  const entry = withoutWithheld(state, given);
  state.unsaved.answered.set(entry.id, entry);
  state.unsaved.any = true;
  if (entry.answered.outcome === 'deferred') state.deferred.set(entry.id, entry);
  else state.deferred.delete(entry.id);
  state.effects.push({
    type: 'moved',
    id: entry.id,
    status: { at: 'answered', answered: entry.answered },
  });
}

/** A rejected command is never carried out again: of its args nothing stays that must not. */
function withoutWithheld({ config }: ReplicaState, entry: JournalEntry): JournalEntry {
  if (entry.answered.outcome !== 'rejected') return entry;
  const command = JSON.parse(entry.text) as Pick<Pending, 'name' | 'v' | 'args'>;
  const { name, v, args } = command;
  if (config.domain.withholds?.(name, v, args) === undefined) return entry;
  return { ...entry, text: JSON.stringify({ ...command, args: {} }) };
}

/** Remembers the highest place in history this device was ever shown. */
export function witness(state: ReplicaState, at: At): void {
  const { proof } = state;
  const isHigher =
    proof === undefined ||
    at.epoch.number > proof.epoch.number ||
    (at.epoch.number === proof.epoch.number && at.seq > proof.seq);
  if (isHigher) state.proof = at;
}
