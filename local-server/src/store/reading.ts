// Reads committed data through one connection and checks every record against its checksum before
// anybody gets to see it: a flipped bit is a fault, never an order.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import {
  kindOf,
  StoreFault,
  type Answer,
  type EpochSpan,
  type LogEntry,
  type Question,
  type Settlement,
  type StoredRow,
  type StoreImage,
  type Tombstone,
} from '@pos-sync/sync';

import { checksum, entryChecksum, rowChecksum } from './checksum.ts';
import { readFaultOf } from './fault.ts';

type Values = readonly SQLOutputValue[];

/** The one record of `head`; `genesis` is the chain before the first command. */
export interface HeadRecord {
  readonly store: string;
  readonly genesis: string;
  readonly epochs: string;
  readonly seq: number;
  readonly chain: string;
  readonly floor: number;
  readonly receipt: number;
  readonly day: string;
  readonly hubTimeMs: number;
}

export interface Reading {
  head(): HeadRecord | undefined;
  load(): StoreImage | undefined;
  find(question: Question): Answer;
  history(after: number, limit: number): readonly LogEntry[];
}

const entryColumns =
  'seq, device, n, id, repeats, body, salt, rows_hash, payload_hash, decision, chain, checksum';

const selects = {
  head:
    'SELECT store, genesis, epochs, seq, chain, floor, receipt, day, hub_time_ms, checksum ' +
    'FROM head WHERE one = 1',
  rows: 'SELECT key, subject, seq, text, checksum FROM row',
  tombstones: 'SELECT key, seq, checksum FROM tombstone',
  lastN: 'SELECT device, n, checksum FROM last_n',
  entryById: `SELECT ${entryColumns} FROM log WHERE id = ? AND repeats = 0`,
  entryBySlot: `SELECT ${entryColumns} FROM log WHERE device = ? AND n = ?`,
  entryBySeq: `SELECT ${entryColumns} FROM log WHERE seq = ?`,
  entriesAfter: `SELECT ${entryColumns} FROM log WHERE seq > ? ORDER BY seq LIMIT ?`,
  settlement: 'SELECT id, seq, decision, checksum FROM settlement WHERE id = ?',
  rowsOfSubject: 'SELECT key, subject, seq, text, checksum FROM row WHERE subject = ?',
  // A row that came back to the working set leaves its old copy behind, which counts no more.
  archivedOfSubject:
    'SELECT key, subject, seq, text, checksum FROM archived_row AS old WHERE subject = ? ' +
    'AND NOT EXISTS (SELECT 1 FROM row WHERE row.key = old.key)',
} as const;

type Statements = Record<keyof typeof selects, StatementSync>;

/** Throws `StoreFault`, kind `broken` where a record does not fit its checksum. */
export function readingOf(db: DatabaseSync): Reading {
  const statements = prepare(db);
  return {
    head: () => guarded(() => readHead(statements)),
    load: () => guarded(() => load(statements)),
    find: (question) => guarded(() => find(statements, question)),
    history: (after, limit) =>
      guarded(() => many(statements.entriesAfter, after, limit).map(toEntry)),
  };
}

function prepare(db: DatabaseSync): Statements {
  const prepared = Object.entries(selects).map(([name, sql]) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return [name, statement] as const;
  });
  return Object.fromEntries(prepared) as Statements;
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readFaultOf(error);
  }
}

function load(statements: Statements): StoreImage | undefined {
  const head = readHead(statements);
  if (head === undefined) return undefined;
  const lastN = many(statements.lastN).map(toLastN);
  return {
    store: head.store,
    epochs: epochsOf(head.epochs),
    head: { seq: head.seq, chain: head.chain },
    floor: head.floor,
    receipt: head.receipt,
    day: head.day,
    hubTimeMs: head.hubTimeMs,
    rows: many(statements.rows).map(toRow),
    tombstones: many(statements.tombstones).map(toTombstone),
    lastN: new Map(lastN),
  };
}

function find(statements: Statements, question: Question): Answer {
  const entries = findEntries(statements, question);
  const settled = new Map<string, Settlement>();
  for (const { id } of entries) {
    const values = one(statements.settlement, id);
    if (values !== undefined) settled.set(id, toSettlement(values));
  }
  const rows = [...new Set(question.subjects)].flatMap((subject) => [
    ...many(statements.rowsOfSubject, subject).map(toRow),
    ...many(statements.archivedOfSubject, subject).map(toRow),
  ]);
  return {
    entries,
    settled: [...settled.values()],
    rows,
    chains: findChains(statements, question.chains ?? []),
  };
}

function findEntries(statements: Statements, question: Question): readonly LogEntry[] {
  const found = new Map<number, LogEntry>();
  const add = (values: Values | undefined): void => {
    if (values === undefined) return;
    const entry = toEntry(values);
    found.set(entry.seq, entry);
  };
  for (const id of question.ids ?? []) add(one(statements.entryById, id));
  for (const { device, n } of question.slots ?? []) add(one(statements.entryBySlot, device, n));
  return [...found.values()].sort((left, right) => left.seq - right.seq);
}

function findChains(statements: Statements, seqs: readonly number[]): ReadonlyMap<number, string> {
  const chains = new Map<number, string>();
  for (const seq of seqs) {
    if (seq === 0) {
      const head = readHead(statements);
      if (head !== undefined) chains.set(0, head.genesis);
    } else {
      const values = one(statements.entryBySeq, seq);
      if (values !== undefined) chains.set(seq, toEntry(values).chain);
    }
  }
  return chains;
}

function readHead(statements: Statements): HeadRecord | undefined {
  const values = one(statements.head);
  if (values === undefined) return undefined;
  const head = values as unknown as [
    ...[string, string, string, number, string, number, number, string, number],
    number,
  ];
  const [store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs, stored] = head;
  const record = { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs };
  if (headChecksum(record) !== stored) throw damaged('the position of the store');
  return record;
}

export function headChecksum(head: HeadRecord): number {
  const { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs } = head;
  return checksum(store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs);
}

/** From `key, subject, seq, text, checksum`. The values are believed only once the sum fits. */
export function toRow(values: Values): StoredRow {
  const [key, subject, seq, text, stored] = values as [string, string, number, string, number];
  if (rowChecksum(key, subject, seq, text) !== stored) {
    throw damaged(`a row of the kind "${kindOf(key)}"`);
  }
  return { key, subject, seq, text };
}

export function toEntry(values: Values): LogEntry {
  const [seq, device, n, id, repeats, body, salt, rowsHash, payloadHash, ...rest] =
    values as unknown as [
      ...[number, string, number, string, number, string, string, string, string],
      ...[string, string, number],
    ];
  const [decision, chain, stored] = rest;
  const entry = { seq, device, n, id, body, salt, rowsHash, payloadHash, decision, chain };
  if (entryChecksum(entry, repeats) !== stored) throw damaged(`the log entry ${seq}`);
  return entry;
}

function toSettlement(values: Values): Settlement {
  const [id, seq, decision, stored] = values as [string, number, string, number];
  if (checksum(id, seq, decision) !== stored) throw damaged('the settlement of a command');
  return { id, seq, decision };
}

function toTombstone(values: Values): Tombstone {
  const [key, seq, stored] = values as [string, number, number];
  if (checksum(key, seq) !== stored) throw damaged('the mark of a removed row');
  return { key, seq };
}

function toLastN(values: Values): readonly [string, number] {
  const [device, n, stored] = values as [string, number, number];
  if (checksum(device, n) !== stored) throw damaged('the last number of a device');
  return [device, n];
}

function epochsOf(text: string): readonly EpochSpan[] {
  const spans = JSON.parse(text) as readonly (Omit<EpochSpan, 'endedAt'> & { endedAt?: number })[];
  return spans.map(({ number, id, beganAt, endedAt }) => ({ number, id, beganAt, endedAt }));
}

function damaged(what: string): StoreFault {
  return new StoreFault('broken', `The store holds ${what} that does not fit its checksum.`);
}

function one(statement: StatementSync, ...values: (string | number)[]): Values | undefined {
  return statement.get(...values) as unknown as Values | undefined;
}

function many(statement: StatementSync, ...values: (string | number)[]): readonly Values[] {
  return statement.all(...values) as unknown as readonly Values[];
}
