// Reads committed data through one connection: the tables, and over them what is too recent to be in
// them. Every record is checked against its checksum before anybody gets to see it.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  StoreFault,
  type Answer,
  type LogEntry,
  type Question,
  type Settlement,
  type StoredRow,
  type StoreImage,
} from '@pos-sync/sync';

import { readFaultOf } from './fault.ts';
import { readRecent, type Recent } from './recent.ts';
import {
  entryColumns,
  epochsOf,
  rowColumns,
  toEntry,
  toLastN,
  toRow,
  toSettlement,
  toTombstone,
  type Values,
} from './records.ts';

export interface Reading {
  /** What is not in the tables yet; undefined when the store has not begun. */
  recent(): Recent | undefined;
  /** The memory of it may be wrong: the next one who asks gets what lies there. */
  forget(): void;
  /** Whether an id or a slot is logged. */
  hasId(id: string): boolean;
  hasSlot(device: string, n: number): boolean;
  /** The highest `n` logged of a device, 0 when there is none. */
  highestN(device: string): number;
  load(): StoreImage | undefined;
  find(question: Question): Answer;
  history(after: number, limit: number): readonly LogEntry[];
}

export const selects = {
  head:
    'SELECT store, genesis, epochs, seq, chain, floor, receipt, day, hub_time_ms, checksum ' +
    'FROM head WHERE one = 1',
  recent: 'SELECT number, about, texts, checksum FROM recent ORDER BY number',
  rows: `SELECT ${rowColumns} FROM row`,
  tombstones: 'SELECT key, seq, checksum FROM tombstone',
  lastN: 'SELECT device, n, checksum FROM last_n',
  seqById: 'SELECT seq FROM log_id WHERE id = ?',
  // One question for a whole batch costs a third of one for each id.
  seqsByIds: 'SELECT id, seq FROM log_id WHERE id IN (SELECT value FROM json_each(?))',
  seqBySlot: 'SELECT seq FROM log_slot WHERE device = ? AND n = ?',
  highestN: 'SELECT max(n) FROM log_slot WHERE device = ?',
  entryBySeq: `SELECT ${entryColumns} FROM log WHERE seq = ?`,
  entriesAfter: `SELECT ${entryColumns} FROM log WHERE seq > ? ORDER BY seq LIMIT ?`,
  entriesAbove: `SELECT ${entryColumns} FROM log WHERE seq > ? ORDER BY seq`,
  settlement: 'SELECT id, seq, decision, checksum FROM settlement WHERE id = ?',
  rowsOfSubject: `SELECT ${rowColumns} FROM row WHERE subject = ?`,
  // A row that came back to the working set leaves its old copy behind, which counts no more.
  archivedOfSubject:
    `SELECT ${rowColumns} FROM archived_row AS old WHERE subject = ? ` +
    'AND NOT EXISTS (SELECT 1 FROM row WHERE row.key = old.key)',
} as const;

const askedTogetherMin = 4;

type Statements = Record<keyof typeof selects, StatementSync>;

/** Throws `StoreFault`, kind `broken` where a record does not fit its checksum. */
export function readingOf(db: DatabaseSync): Reading {
  const statements = prepare(db);
  let known: Recent | undefined;
  const recent = (): Recent | undefined => (known ??= readRecent(statements));
  return {
    recent: () => guarded(recent),
    forget: () => {
      known = undefined;
    },
    hasId: (id) => guarded(() => seqOfId(statements, recent(), id) !== undefined),
    hasSlot: (device, n) => guarded(() => seqOfSlot(statements, recent(), device, n) !== undefined),
    highestN: (device) => guarded(() => highestN(statements, recent(), device)),
    load: () => guarded(() => load(statements, recent())),
    find: (question) => guarded(() => find(statements, recent(), question)),
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

function load(statements: Statements, recent: Recent | undefined): StoreImage | undefined {
  if (recent === undefined) return undefined;
  const { store, epochs, seq, chain, floor, receipt, day, hubTimeMs } = recent.head;
  const tombstones = many(statements.tombstones).map(toTombstone);
  return {
    store,
    epochs: epochsOf(epochs),
    head: { seq, chain },
    floor,
    receipt,
    day,
    hubTimeMs,
    rows: overlaid(many(statements.rows).map(toRow), recent.rows.values(), recent),
    tombstones: tombstones.filter(({ key }) => !recent.rows.has(key)),
    lastN: new Map([...many(statements.lastN).map(toLastN), ...recent.lastN]),
  };
}

function find(statements: Statements, recent: Recent | undefined, question: Question): Answer {
  const entries = findEntries(statements, recent, question);
  const settled = new Map<string, Settlement>();
  for (const { id } of entries) {
    const values = one(statements.settlement, id);
    if (values !== undefined) settled.set(id, toSettlement(values));
  }
  return {
    entries,
    settled: [...settled.values()],
    rows: [...new Set(question.subjects)].flatMap((subject) => rowsOf(statements, recent, subject)),
    chains: findChains(statements, recent, question.chains ?? []),
  };
}

function rowsOf(
  statements: Statements,
  recent: Recent | undefined,
  subject: string,
): readonly StoredRow[] {
  const kept = [
    ...many(statements.rowsOfSubject, subject).map(toRow),
    ...many(statements.archivedOfSubject, subject).map(toRow),
  ];
  if (recent === undefined) return kept;
  const newer: StoredRow[] = [];
  for (const key of recent.keysBySubject.get(subject) ?? []) {
    const row = recent.rows.get(key);
    if (row?.subject === subject) newer.push(row);
  }
  return overlaid(kept, newer, recent);
}

/** Rows of the tables unless they were put again, and rows put since. */
function overlaid(
  kept: readonly StoredRow[],
  newer: Iterable<StoredRow>,
  recent: Recent,
): readonly StoredRow[] {
  const rows = recent.rows.size === 0 ? [...kept] : kept.filter(({ key }) => !recent.rows.has(key));
  for (const { key, subject, seq, text } of newer) rows.push({ key, subject, seq, text });
  return rows;
}

function findEntries(
  statements: Statements,
  recent: Recent | undefined,
  { ids = [], slots = [] }: Question,
): readonly LogEntry[] {
  const found = new Map<number, LogEntry>();
  const add = (seq: number | undefined, isAsked: (entry: LogEntry) => boolean): void => {
    if (seq === undefined) return;
    const values = one(statements.entryBySeq, seq);
    const entry = values === undefined ? undefined : toEntry(values);
    if (entry === undefined || !isAsked(entry)) throw misled(seq);
    found.set(seq, entry);
  };
  for (const [id, seq] of seqsOfIds(statements, recent, ids)) {
    add(seq, (entry) => entry.id === id);
  }
  for (const { device, n } of slots) {
    const isAsked = (entry: LogEntry): boolean => entry.device === device && entry.n === n;
    add(seqOfSlot(statements, recent, device, n), isAsked);
  }
  return [...found.values()].sort((left, right) => left.seq - right.seq);
}

function seqsOfIds(
  statements: Statements,
  recent: Recent | undefined,
  ids: readonly string[],
): readonly (readonly [string, number | undefined])[] {
  const older = ids.filter((id) => recent?.seqById.has(id) !== true);
  if (older.length < askedTogetherMin) {
    return ids.map((id) => [id, seqOfId(statements, recent, id)]);
  }
  const kept = many(statements.seqsByIds, JSON.stringify(older)) as unknown as [string, number][];
  return [...kept, ...ids.map((id) => [id, recent?.seqById.get(id)] as const)];
}

function seqOfId(statements: Statements, recent: Recent | undefined, id: string) {
  return recent?.seqById.get(id) ?? (one(statements.seqById, id)?.[0] as number | undefined);
}

function seqOfSlot(statements: Statements, recent: Recent | undefined, device: string, n: number) {
  return (
    recent?.seqByN.get(device)?.get(n) ??
    (one(statements.seqBySlot, device, n)?.[0] as number | undefined)
  );
}

function highestN(statements: Statements, recent: Recent | undefined, device: string): number {
  const [kept] = one(statements.highestN, device) ?? [];
  const newer = recent?.seqByN.get(device)?.keys() ?? [];
  return Math.max(0, Number(kept ?? 0), ...newer);
}

function findChains(
  statements: Statements,
  recent: Recent | undefined,
  seqs: readonly number[],
): ReadonlyMap<number, string> {
  const chains = new Map<number, string>();
  for (const seq of seqs) {
    if (seq === 0) {
      if (recent !== undefined) chains.set(0, recent.head.genesis);
    } else {
      const values = one(statements.entryBySeq, seq);
      if (values !== undefined) chains.set(seq, toEntry(values).chain);
    }
  }
  return chains;
}

function misled(seq: number): StoreFault {
  return new StoreFault('broken', `The store looked for a command and found another, ${seq}.`);
}

function one(statement: StatementSync, ...values: (string | number)[]): Values | undefined {
  return statement.get(...values) as unknown as Values | undefined;
}

function many(statement: StatementSync, ...values: (string | number)[]): readonly Values[] {
  return statement.all(...values) as unknown as readonly Values[];
}
