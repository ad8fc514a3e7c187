// Brings the tables up to date: what was recent goes to its place, each row once however often it
// changed, and then whatever takes rows away. Runs inside the transaction of a commit.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreFault, type StoreTransaction } from '@pos-sync/sync';

import { checksum, storable } from './checksum.ts';
import { faultOf } from './fault.ts';
import type { Recent } from './recent.ts';
import { headChecksum, headValues, type HeadRecord } from './records.ts';

export interface Folding {
  /** Rows and last numbers go into the tables. */
  takeIn(recent: Recent): void;
  /** Removals, and then what leaves the working set: a key put and archived ends archived. */
  takeAway(transaction: StoreTransaction, floorBefore: number): void;
  /** Makes what was logged since the last time findable; nothing is recent any more. */
  end(head: HeadRecord): void;
}

const changes = {
  // In their order, so that each page is touched once.
  ids:
    'INSERT INTO log_id (id, seq) SELECT id, seq FROM log ' +
    'WHERE seq > (SELECT seq FROM head) AND repeats = 0 ORDER BY id',
  slots:
    'INSERT INTO log_slot (device, n, seq) SELECT device, n, seq FROM log ' +
    'WHERE seq > (SELECT seq FROM head) ORDER BY device, n',
  // Not naming the subject spares its index; a row changes its subject so rarely that it is then
  // taken out and put in again.
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
  lastN:
    'INSERT INTO last_n (device, n, checksum) VALUES (?, ?, ?) ' +
    'ON CONFLICT (device) DO UPDATE SET n = excluded.n, checksum = excluded.checksum',
  head:
    'INSERT INTO head (one, store, genesis, epochs, seq, chain, floor, receipt, day, ' +
    'hub_time_ms, checksum) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ' +
    'ON CONFLICT (one) DO UPDATE SET ' +
    'epochs = excluded.epochs, seq = excluded.seq, chain = excluded.chain, ' +
    'floor = excluded.floor, receipt = excluded.receipt, day = excluded.day, ' +
    'hub_time_ms = excluded.hub_time_ms, checksum = excluded.checksum',
  clear: 'DELETE FROM recent',
} as const;

type Statements = Record<keyof typeof changes, StatementSync>;

export function foldingOf(db: DatabaseSync): Folding {
  const prepared = Object.entries(changes).map(([name, sql]) => [name, db.prepare(sql)] as const);
  const statements = Object.fromEntries(prepared) as Statements;
  return {
    takeIn: (recent) => takeIn(statements, recent),
    takeAway: (transaction, floorBefore) => takeAway(statements, transaction, floorBefore),
    end: (head) => {
      index(statements);
      statements.clear.run();
      statements.head.run(...headValues(head), headChecksum(head));
    },
  };
}

function takeIn(statements: Statements, { rows, lastN }: Recent): void {
  const buried = statements.hasTombstones.get() !== undefined;
  for (const { key, subject, seq, text, checksum: sum } of rows.values()) {
    if (statements.put.run(key, subject, seq, text, sum).changes === 0) {
      statements.removeRow.run(key);
      statements.put.run(key, subject, seq, text, sum);
    }
    if (buried) statements.unbury.run(key);
  }
  for (const [device, n] of lastN) statements.lastN.run(device, n, checksum(device, n));
}

/** Ids and slots were seen to be new when they were logged: one that is there already is damage. */
function index(statements: Statements): void {
  try {
    statements.ids.run();
    statements.slots.run();
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'value') throw fault;
    throw new StoreFault('broken', 'A command stands twice in the log.', { cause: error });
  }
}

function takeAway(
  statements: Statements,
  { removed, archived, floor }: StoreTransaction,
  floorBefore: number,
): void {
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
  if (floor !== floorBefore || removed.length > 0) statements.forget.run(floor);
}
