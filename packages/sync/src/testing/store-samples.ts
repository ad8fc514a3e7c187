// Small entries, rows and transactions for tests of stores: everything that a test does not speak
// of follows from the seq.

import type { LogEntry, Store, StoredRow, StoreTransaction } from '../ports/store.ts';

export const genesis: Parameters<Store['begin']>[0] = {
  store: 'corner-cafe',
  epoch: { number: 1, id: 'first' },
  chain: 'chain0',
};

/** An entry of the device `tablet`, whose n is its seq. */
export function entryOf(seq: number, changed: Partial<LogEntry> = {}): LogEntry {
  return {
    seq,
    device: 'tablet',
    n: seq,
    id: `id${seq}`,
    body: `{"name":"line.add","v":1,"args":{"quantity":${seq}}}`,
    salt: `salt${seq}`,
    rowsHash: `rows${seq}`,
    payloadHash: `payload${seq}`,
    decision: '{"day":"2026-11-22","hubTimeMs":1,"outcome":"ok"}',
    chain: `chain${seq}`,
    ...changed,
  };
}

export function rowAt(key: string, seq: number, subject = key): StoredRow {
  return { key, subject, seq, text: JSON.stringify({ key, seq }) };
}

export function transactionOf(
  entries: readonly LogEntry[],
  changed: Partial<StoreTransaction> = {},
): StoreTransaction {
  const { seq, chain } = entries.at(-1) ?? genesisHead;
  return {
    entries,
    puts: [],
    removed: [],
    archived: [],
    settled: [],
    lastN: new Map(),
    head: { seq, chain },
    floor: 0,
    receipt: 0,
    day: '2026-11-22',
    hubTimeMs: 1,
    ...changed,
  };
}

const genesisHead = { seq: 0, chain: genesis.chain };
