// Small commands, rows and changes for tests of device storages: everything that a test does not speak
// of follows from the name or the number.

import type { DeviceChange, JournalEntry, OutboxEntry } from '../ports/device-storage.ts';
import type { StoredRow } from '../ports/store.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';

export function commandOf(id: string): { id: string; text: string } {
  return { id, text: JSON.stringify({ id, name: 'line.add', args: { of: id } }) };
}

export function entryOf(n: number, id: string): OutboxEntry {
  return { n, ...commandOf(id) };
}

export function journalOf(n: number, id: string, decided: Outcome): JournalEntry {
  const epoch = { number: 1, id: 'first' };
  const answered = { epoch, seq: n, outcome: decided, hubTimeMs: 5, day: '2026-11-22' };
  const why = { code: 'CLOSED', message: 'The order is closed.' };
  return { ...entryOf(n, id), answered: decided === 'ok' ? answered : { ...answered, ...why } };
}

export function rowOf(key: string, seq: number): StoredRow {
  return { key, subject: `subject of ${key}`, seq, text: JSON.stringify({ key, seq }) };
}

export function atOf(seq: number): At {
  return { epoch: { number: 1, id: 'first' }, seq, chain: `chain${seq}`, stamp: `stamp${seq}` };
}

export function changeOf(changed: Partial<DeviceChange>): DeviceChange {
  return {
    replace: false,
    puts: [],
    removed: [],
    at: undefined,
    lastN: 0,
    proof: undefined,
    view: '',
    answered: [],
    dropped: [],
    ...changed,
  };
}

export function sorted(found: readonly StoredRow[]): StoredRow[] {
  return found.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
