// Writes one transaction: everything in it or nothing, on the disk when it returns. This is the hot
// path of the hub, so what can wait goes to the end of `recent` and into the tables later.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreFault, type EpochSpan, type LogEntry, type StoreTransaction } from '@pos-sync/sync';

import { checksum, entryChecksum, storable } from './checksum.ts';
import { faultOf } from './fault.ts';
import { foldingOf, type Folding } from './folding.ts';
import type { KnownPlaces } from './known-places.ts';
import type { Reading } from './reading.ts';
import {
  addPiece,
  addPlace,
  checkPiece,
  nothingRecent,
  pieceValues,
  seal,
  type Piece,
  type Recent,
} from './recent.ts';
import { isRepeat, type HeadRecord } from './records.ts';

export interface Genesis {
  readonly store: string;
  readonly epoch: { readonly number: number; readonly id: string };
  readonly chain: string;
}

export interface Writing {
  begin(genesis: Genesis): void;
  commit(transaction: StoreTransaction): void;
}

/** So many commands, or so much text, may be missing in the tables. */
const recentEntriesMax = 1_024;
const recentCharactersMax = 4_000_000;

const changes = {
  entry:
    'INSERT INTO log (seq, device, n, id, repeats, body, salt, rows_hash, payload_hash, ' +
    'decision, chain, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  recent: 'INSERT INTO recent (number, about, texts, checksum) VALUES (?, ?, ?, ?)',
  settle:
    'INSERT INTO settlement (id, seq, decision, checksum) VALUES (?, ?, ?, ?) ON CONFLICT (id) ' +
    'DO UPDATE SET seq = excluded.seq, decision = excluded.decision, checksum = excluded.checksum',
} as const;

type Statements = Record<keyof typeof changes, StatementSync>;

/** Throws `StoreFault`; after any but `broken` the connection is as it was before the call. */
export function writingOf(db: DatabaseSync, reading: Reading, places: KnownPlaces): Writing {
  const prepared = Object.entries(changes).map(([name, sql]) => [name, db.prepare(sql)] as const);
  const statements = Object.fromEntries(prepared) as Statements;
  const folding = foldingOf(db);
  const inTransaction = transactions(db);
  return {
    begin: (genesis) => {
      inTransaction(() => begin(folding, reading, genesis));
      reading.forget();
    },
    commit: (transaction) => {
      const remember = inTransaction(() =>
        write(statements, folding, reading, places, transaction),
      );
      remember();
      places.taken(transaction.entries);
    },
  };
}

function transactions(db: DatabaseSync): <T>(run: () => T) => T {
  const start = db.prepare('BEGIN IMMEDIATE');
  const finish = db.prepare('COMMIT');
  return (run) => {
    try {
      start.run();
      const made = run();
      finish.run();
      return made;
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

function begin(folding: Folding, reading: Reading, { store, epoch, chain }: Genesis): void {
  if (reading.recent() !== undefined) throw refused('the store has begun already');
  const epochs = epochsText([{ ...epoch, beganAt: 0, endedAt: undefined }]);
  const zero = { seq: 0, floor: 0, receipt: 0, day: '', hubTimeMs: 0 };
  const head = { store, genesis: chain, epochs, chain, ...zero };
  checkPiece({ head, lastN: new Map(), rows: [] });
  folding.end(head);
}

/** Answers what is to be remembered once the transaction is durable. */
function write(
  statements: Statements,
  folding: Folding,
  reading: Reading,
  places: KnownPlaces,
  transaction: StoreTransaction,
): () => void {
  const recent = reading.recent();
  if (recent === undefined) throw refused('the store has not begun');
  const { entries, puts, removed, lastN } = transaction;
  checkSeqs(recent.head, transaction);
  places.check(entries);
  const gone = new Set(removed.map(({ key }) => key));
  const both = puts.find(({ key }) => gone.has(key));
  if (both !== undefined) throw refused(`the row ${both.key} is put and removed`);
  const piece: Piece = { head: headAfter(recent.head, transaction), lastN, rows: puts.map(seal) };
  checkPiece(piece);
  for (const entry of entries) writeEntry(statements, entry);
  for (const { id, seq, decision } of transaction.settled) {
    statements.settle.run(id, seq, decision, checksum(id, seq, storable(decision)));
  }
  if (canWait(recent, transaction)) {
    statements.recent.run(...pieceValues(recent.records + 1, piece));
    return () => {
      addPiece(recent, piece);
      for (const entry of entries) addPlace(recent, entry);
    };
  }
  folding.takeIn(recent);
  const now = nothingRecent(piece.head);
  addPiece(now, piece);
  folding.takeIn(now);
  folding.takeAway(transaction, recent.head.floor);
  folding.end(piece.head);
  return reading.forget;
}

/** Only puts can wait: what takes rows away, and what comes seldom, goes to the tables at once. */
function canWait(recent: Recent, transaction: StoreTransaction): boolean {
  const { entries, puts, removed, archived, epochs, floor } = transaction;
  const characters = puts.reduce((sum, { text }) => sum + text.length, recent.characters);
  return (
    entries.length > 0 &&
    removed.length === 0 &&
    archived.length === 0 &&
    epochs === undefined &&
    floor === recent.head.floor &&
    recent.entries + entries.length <= recentEntriesMax &&
    characters <= recentCharactersMax
  );
}

function headAfter(before: HeadRecord, transaction: StoreTransaction): HeadRecord {
  const { head, floor, receipt, day, hubTimeMs } = transaction;
  const epochs = transaction.epochs === undefined ? before.epochs : epochsText(transaction.epochs);
  const { seq, chain } = head;
  return { ...before, epochs, seq, chain, floor, receipt, day, hubTimeMs };
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

function epochsText(epochs: readonly EpochSpan[]): string {
  return JSON.stringify(epochs);
}

function refused(why: string): StoreFault {
  return new StoreFault('value', `The store cannot take this: ${why}.`);
}
