// Writes one transaction: everything in it or nothing, on the disk when it returns. This is the hot
// path of the hub; each command costs one log entry and a row or two.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreFault, type EpochSpan, type LogEntry, type StoreTransaction } from '@pos-sync/sync';

import { checksum, entryChecksum, rowChecksum, storable } from './checksum.ts';
import { faultOf } from './fault.ts';
import { headChecksum, type HeadRecord, type Reading } from './reading.ts';

export interface Genesis {
  readonly store: string;
  readonly epoch: { readonly number: number; readonly id: string };
  readonly chain: string;
}

export interface Writing {
  begin(genesis: Genesis): void;
  commit(transaction: StoreTransaction): void;
}

const changes = {
  head:
    'INSERT INTO head (one, store, genesis, epochs, seq, chain, floor, receipt, day, ' +
    'hub_time_ms, checksum) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ' +
    'ON CONFLICT (one) DO UPDATE SET ' +
    'epochs = excluded.epochs, seq = excluded.seq, chain = excluded.chain, ' +
    'floor = excluded.floor, receipt = excluded.receipt, day = excluded.day, ' +
    'hub_time_ms = excluded.hub_time_ms, checksum = excluded.checksum',
  entry:
    'INSERT INTO log (seq, device, n, id, repeats, body, salt, rows_hash, payload_hash, ' +
    'decision, chain, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  // Not naming the subject spares its index, a seventh of the whole cost; a row changes its subject
  // so rarely that it is then taken out and put in again.
  put:
    'INSERT INTO row (key, subject, seq, text, checksum) VALUES (?, ?, ?, ?, ?) ' +
    'ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, text = excluded.text, ' +
    'checksum = excluded.checksum WHERE row.subject = excluded.subject',
  removeRow: 'DELETE FROM row WHERE key = ?',
  removeArchived: 'DELETE FROM archived_row WHERE key = ?',
  archive:
    'INSERT INTO archived_row (subject, key, seq, text, checksum) ' +
    'SELECT subject, key, seq, text, checksum FROM row WHERE key = ?',
  isInWorkingSet: 'SELECT 1 FROM row WHERE key = ?',
  bury:
    'INSERT INTO tombstone (key, seq, checksum) VALUES (?, ?, ?) ' +
    'ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, checksum = excluded.checksum',
  unbury: 'DELETE FROM tombstone WHERE key = ?',
  hasTombstones: 'SELECT 1 FROM tombstone LIMIT 1',
  forget: 'DELETE FROM tombstone WHERE seq <= ?',
  settle:
    'INSERT INTO settlement (id, seq, decision, checksum) VALUES (?, ?, ?, ?) ON CONFLICT (id) ' +
    'DO UPDATE SET seq = excluded.seq, decision = excluded.decision, checksum = excluded.checksum',
  lastN:
    'INSERT INTO last_n (device, n, checksum) VALUES (?, ?, ?) ' +
    'ON CONFLICT (device) DO UPDATE SET n = excluded.n, checksum = excluded.checksum',
} as const;

type Statements = Record<keyof typeof changes, StatementSync>;

/** Throws `StoreFault`; after any but `broken` the connection is as it was before the call. */
export function writingOf(db: DatabaseSync, reading: Reading): Writing {
  const prepared = Object.entries(changes).map(([name, sql]) => [name, db.prepare(sql)] as const);
  const statements = Object.fromEntries(prepared) as Statements;
  const inTransaction = transactions(db);
  // The lock makes this the only writer, so the head is read once and not for every commit; after a
  // failure it is read again.
  let head: HeadRecord | undefined;
  const change = (run: (before: HeadRecord | undefined) => HeadRecord): void => {
    const before = head;
    head = undefined;
    head = inTransaction(() => run(before ?? reading.head()));
  };
  return {
    begin: (genesis) => change((before) => begin(statements, before, genesis)),
    commit: (transaction) => change((before) => write(statements, before, transaction)),
  };
}

function transactions(db: DatabaseSync): (run: () => HeadRecord) => HeadRecord {
  const start = db.prepare('BEGIN IMMEDIATE');
  const finish = db.prepare('COMMIT');
  return (run) => {
    try {
      start.run();
      const head = run();
      finish.run();
      return head;
    } catch (error) {
      rollBack(db, error);
      throw faultOf(error);
    }
  };
}

/** SQLite rolls some failures back by itself; a rollback that fails leaves nothing to trust. */
function rollBack(db: DatabaseSync, cause: unknown): void {
  if (!db.isTransaction) return;
  try {
    db.exec('ROLLBACK');
  } catch {
    throw new StoreFault('broken', 'A failed commit could not be taken back.', { cause });
  }
}

function begin(statements: Statements, head: HeadRecord | undefined, genesis: Genesis): HeadRecord {
  if (head !== undefined) throw refused('the store has begun already');
  const { store, epoch, chain } = genesis;
  const epochs = epochsText([{ ...epoch, beganAt: 0, endedAt: undefined }]);
  const zero = { seq: 0, floor: 0, receipt: 0, day: '', hubTimeMs: 0 };
  return writeHead(statements, { store, genesis: chain, epochs, chain, ...zero });
}

function write(
  statements: Statements,
  before: HeadRecord | undefined,
  transaction: StoreTransaction,
): HeadRecord {
  if (before === undefined) throw refused('the store has not begun');
  const { entries, head, floor, receipt, day, hubTimeMs } = transaction;
  checkSeqs(before, transaction);
  for (const entry of entries) writeEntry(statements, entry);
  writeRows(statements, transaction, before.floor);
  for (const { id, seq, decision } of transaction.settled) {
    statements.settle.run(id, seq, decision, checksum(id, seq, storable(decision)));
  }
  for (const [device, n] of transaction.lastN) {
    statements.lastN.run(storable(device), n, checksum(device, n));
  }
  const { store, genesis } = before;
  const epochs = transaction.epochs === undefined ? before.epochs : epochsText(transaction.epochs);
  const { seq, chain } = head;
  const after = { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs };
  return writeHead(statements, after);
}

/** Entries follow the head without a gap, and the last one is the new head. */
function checkSeqs(before: HeadRecord, { entries, head }: StoreTransaction): void {
  for (const [index, { seq }] of entries.entries()) {
    if (seq !== before.seq + 1 + index) throw refused(`seq ${seq} does not follow the head`);
  }
  const last = entries.at(-1) ?? before;
  if (last.seq !== head.seq || last.chain !== head.chain) {
    throw refused(`the head ${head.seq} is not that of the last entry`);
  }
}

function writeEntry(statements: Statements, entry: LogEntry): void {
  const { seq, device, n, id, body, salt, rowsHash, payloadHash, decision, chain } = entry;
  const repeats = isRepeat(decision) ? 1 : 0;
  const sum = entryChecksum(entry, repeats);
  const values = [seq, device, n, id, repeats, body, salt, rowsHash, payloadHash, decision, chain];
  statements.entry.run(...values, sum);
}

/** Parses only where the word stands in it: nearly no entry is a repeat. */
function isRepeat(decision: string): boolean {
  if (!decision.includes('"repeats"')) return false;
  try {
    return (JSON.parse(decision) as { repeats?: unknown }).repeats === true;
  } catch {
    throw refused('a decision is not JSON');
  }
}

/** Puts, then removals, then what leaves the working set: a key put and archived ends archived. */
function writeRows(statements: Statements, transaction: StoreTransaction, floor: number): void {
  const { puts, removed, archived } = transaction;
  const gone = new Set(removed.map(({ key }) => key));
  const buried = statements.hasTombstones.get() !== undefined;
  for (const { key, subject, seq, text } of puts) {
    if (gone.has(key)) throw refused(`the row ${key} is put and removed`);
    const values = [key, subject, seq, text, rowChecksum(key, subject, seq, text)] as const;
    if (statements.put.run(...values).changes === 0) {
      statements.removeRow.run(key);
      statements.put.run(...values);
    }
    if (buried) statements.unbury.run(key);
  }
  for (const { key, seq } of removed) {
    statements.removeRow.run(key);
    statements.removeArchived.run(key);
    statements.bury.run(key, seq, checksum(storable(key), seq));
  }
  for (const key of archived) {
    if (statements.isInWorkingSet.get(key) === undefined) continue;
    statements.removeArchived.run(key);
    statements.archive.run(key);
    statements.removeRow.run(key);
  }
  if (transaction.floor !== floor || removed.length > 0) {
    statements.forget.run(transaction.floor);
  }
}

function writeHead(statements: Statements, head: HeadRecord): HeadRecord {
  const { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs } = head;
  storable(store + genesis + epochs + day + chain);
  const values = [store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs];
  statements.head.run(...values, headChecksum(head));
  return head;
}

function epochsText(epochs: readonly EpochSpan[]): string {
  return JSON.stringify(epochs);
}

function refused(why: string): StoreFault {
  return new StoreFault('value', `The store cannot take this: ${why}.`);
}
