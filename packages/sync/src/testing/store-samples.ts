// Small entries, rows and transactions for tests of stores: everything that a test does not speak
// of follows from the seq.

import { genesisChain, nextChain, payloadHash } from '../chain.ts';
import type { LogEntry, Store, StoredRow, StoreTransaction } from '../ports/store.ts';
import { rigHash } from './rig-ports.ts';

const store = 'corner-cafe';
const epoch = { number: 1, id: 'first' };

export const genesis: Parameters<Store['begin']>[0] = {
  store,
  epoch,
  chain: genesisChain(rigHash, store, epoch),
};

/** The chains of unchanged entries; index is the seq. */
const chains = [genesis.chain];

/** An entry of the device `tablet`, whose n is its seq, after unchanged ones. */
export function entryOf(seq: number, changed: Partial<LogEntry> = {}): LogEntry {
  for (let before = chains.length; before < seq; before += 1) {
    chains.push(entryAfter(chains[before - 1]!, before).chain);
  }
  return entryAfter(chains[seq - 1] ?? genesis.chain, seq, changed);
}

/** The same, sealed onto the chain of any entry before. */
export function entryAfter(chain: string, seq: number, changed: Partial<LogEntry> = {}): LogEntry {
  const entry = {
    seq,
    device: 'tablet',
    n: seq,
    id: `id${seq}`,
    body: `{"name":"line.add","v":1,"args":{"quantity":${seq}}}`,
    salt: `salt${seq}`,
    rowsHash: `rows${seq}`,
    decision: '{"day":"2026-11-22","hubTimeMs":1,"outcome":"ok"}',
    ...changed,
  };
  const sealed = { payloadHash: payloadHash(rigHash, entry.salt, entry.body, entry.rowsHash) };
  return {
    ...entry,
    ...sealed,
    chain: nextChain(rigHash, chain, { ...entry, ...sealed }),
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
