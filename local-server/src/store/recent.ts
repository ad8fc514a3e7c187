// What was committed since the tables were last brought up to date. A commit appends one record
// with its rows and its position, instead of changing a page of every table and index for each row:
// on a small box that is half of the hub's work. Whoever reads the tables lays this over them.

import type { StatementSync } from 'node:sqlite';
import { StoreFault, type LogEntry, type StoredRow } from '@pos-sync/sync';

import { checksum, rowChecksum, storable } from './checksum.ts';
import {
  damaged,
  headOf,
  headValues,
  isRepeat,
  toEntry,
  toHead,
  toRow,
  type HeadRecord,
  type HeadValues,
  type Values,
} from './records.ts';

export interface SealedRow extends StoredRow {
  readonly checksum: number;
}

/** Kept in memory as well, because the lock makes this process the only writer. */
export interface Recent {
  /** After the last commit. */
  head: HeadRecord;
  /** How many records there are, numbered from 1. */
  records: number;
  /** How many entries are found by no table yet: by id, a repeat only by its slot. */
  entries: number;
  /** Length of the texts of the rows together. */
  characters: number;
  readonly rows: Map<string, SealedRow>;
  /** Also keys that had the subject once: the row says which one it has. */
  readonly keysBySubject: Map<string, Set<string>>;
  readonly lastN: Map<string, number>;
  readonly seqById: Map<string, number>;
  readonly seqByN: Map<string, Map<number, number>>;
}

/** One commit as it is written and as it is remembered. */
export interface Piece {
  readonly head: HeadRecord;
  readonly lastN: ReadonlyMap<string, number>;
  readonly rows: readonly SealedRow[];
}

/** Position, last numbers, and key, subject, seq, length and checksum of each row. */
type About = [HeadValues, [string, number][], [string, string, number, number, number][]];

export interface RecentStatements {
  readonly head: StatementSync;
  readonly recent: StatementSync;
  readonly entriesAbove: StatementSync;
}

/** Reads all of it; undefined when the store has not begun. */
export function readRecent(statements: RecentStatements): Recent | undefined {
  const values = statements.head.get() as unknown as Values | undefined;
  if (values === undefined) return undefined;
  const recent = nothingRecent(toHead(values));
  const folded = recent.head.seq;
  for (const record of statements.recent.all() as unknown as Values[]) {
    if (record[0] !== recent.records + 1) throw missing();
    addPiece(recent, toPiece(record));
  }
  const { seq, chain } = recent.head;
  let last: LogEntry | undefined;
  // The entry at which the tables stand is read along: it must be there, and its chain be the head's.
  for (const record of statements.entriesAbove.all(folded - 1) as unknown as Values[]) {
    const entry = toEntry(record);
    if (entry.seq !== (last?.seq ?? Math.max(0, folded - 1)) + 1) throw logDamaged(seq);
    if (entry.seq > folded) addPlace(recent, entry);
    last = entry;
  }
  const isWhole = last === undefined ? seq === 0 : last.seq === seq && last.chain === chain;
  if (!isWhole) throw logDamaged(seq);
  return recent;
}

export function nothingRecent(head: HeadRecord): Recent {
  return {
    head,
    records: 0,
    entries: 0,
    characters: 0,
    rows: new Map(),
    keysBySubject: new Map(),
    lastN: new Map(),
    seqById: new Map(),
    seqByN: new Map(),
  };
}

export function addPiece(recent: Recent, { head, lastN, rows }: Piece): void {
  recent.head = head;
  recent.records += 1;
  for (const row of rows) {
    recent.rows.set(row.key, row);
    recent.characters += row.text.length;
    const keys = recent.keysBySubject.get(row.subject);
    if (keys === undefined) recent.keysBySubject.set(row.subject, new Set([row.key]));
    else keys.add(row.key);
  }
  for (const [device, n] of lastN) recent.lastN.set(device, n);
}

export function addPlace(recent: Recent, entry: LogEntry): void {
  const { seq, device, n, id, decision } = entry;
  recent.entries += 1;
  const ofDevice = recent.seqByN.get(device);
  if (ofDevice === undefined) recent.seqByN.set(device, new Map([[n, seq]]));
  else ofDevice.set(n, seq);
  if (!isRepeat(decision)) recent.seqById.set(id, seq);
}

export function seal(row: StoredRow): SealedRow {
  const { key, subject, seq, text } = row;
  return { key, subject, seq, text, checksum: rowChecksum(key, subject, seq, text) };
}

/** The columns of a record: `number, about, texts, checksum`. */
export function pieceValues(number: number, piece: Piece): [number, string, string, number] {
  const about: About = [
    headValues(piece.head),
    [...piece.lastN],
    piece.rows.map(({ key, subject, seq, text, checksum: sum }) => {
      return [key, subject, seq, text.length, sum];
    }),
  ];
  const text = JSON.stringify(about);
  const texts = piece.rows.map((row) => row.text).join('');
  return [number, text, texts, checksum(number, text)];
}

function toPiece(values: Values): Piece {
  const [number, text, texts, stored] = values as [number, string, string, number];
  if (checksum(number, text) !== stored) throw damaged('a recent commit');
  const [head, lastN, sealed] = JSON.parse(text) as About;
  let from = 0;
  const rows = sealed.map(([key, subject, seq, length, sum]) => {
    const row = toRow([key, subject, seq, texts.slice(from, from + length), sum]);
    from += length;
    return { ...row, checksum: sum };
  });
  return { head: headOf(head), lastN: new Map(lastN), rows };
}

/** JSON would make null of a number that is none, and hide half an emoji. */
export function checkPiece({ head, lastN, rows }: Piece): void {
  const numbers = [head.seq, head.floor, head.receipt, ...lastN.values()];
  for (const { seq } of rows) numbers.push(seq);
  if (!numbers.every(Number.isSafeInteger) || !Number.isFinite(head.hubTimeMs)) {
    throw new StoreFault('value', 'The store cannot take this: a number is none.');
  }
  storable(
    [head.store, head.genesis, head.epochs, head.chain, head.day, ...lastN.keys()].join('\0'),
  );
}

function missing(): StoreFault {
  return new StoreFault('broken', 'One of the newest commits is missing.');
}

function logDamaged(seq: number): StoreFault {
  return new StoreFault('broken', `The log does not reach its end, the command ${seq}.`);
}
