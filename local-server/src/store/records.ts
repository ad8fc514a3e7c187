// What one record of each table holds, and whether it fits its checksum: a flipped bit is a fault,
// never an order. Columns are read in the order of the lists below.

import type { SQLOutputValue } from 'node:sqlite';
import {
  kindOf,
  StoreFault,
  type EpochSpan,
  type LogEntry,
  type Settlement,
  type StoredRow,
  type Tombstone,
} from '@pos-sync/sync';

import { checksum, entryChecksum, rowChecksum } from './checksum.ts';

export type Values = readonly SQLOutputValue[];

/** Where a store stands; `genesis` is the chain before the first command. */
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

export type HeadValues = [
  ...[string, string, string, number, string, number, number, string, number],
];

export const rowColumns = 'key, subject, seq, text, checksum';
export const entryColumns =
  'seq, device, n, id, repeats, body, salt, rows_hash, payload_hash, decision, chain, checksum';

export function toHead(values: Values): HeadRecord {
  const [stored, ...rest] = values.toReversed();
  const head = headOf(rest.toReversed() as HeadValues);
  if (headChecksum(head) !== stored) throw damaged('the position of the store');
  return head;
}

export function headOf(values: HeadValues): HeadRecord {
  const [store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs] = values;
  return { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs };
}

export function headValues(head: HeadRecord): HeadValues {
  const { store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs } = head;
  return [store, genesis, epochs, seq, chain, floor, receipt, day, hubTimeMs];
}

export function headChecksum(head: HeadRecord): number {
  return checksum(...headValues(head));
}

export function epochsOf(text: string): readonly EpochSpan[] {
  const spans = JSON.parse(text) as readonly (Omit<EpochSpan, 'endedAt'> & { endedAt?: number })[];
  return spans.map(({ number, id, beganAt, endedAt }) => ({ number, id, beganAt, endedAt }));
}

/** The values are believed only once the sum fits. */
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

export function toSettlement(values: Values): Settlement {
  const [id, seq, decision, stored] = values as [string, number, string, number];
  if (checksum(id, seq, decision) !== stored) throw damaged('the settlement of a command');
  return { id, seq, decision };
}

export function toTombstone(values: Values): Tombstone {
  const [key, seq, stored] = values as [string, number, number];
  if (checksum(key, seq) !== stored) throw damaged('the mark of a removed row');
  return { key, seq };
}

export function toLastN(values: Values): readonly [string, number] {
  const [device, n, stored] = values as [string, number, number];
  if (checksum(device, n) !== stored) throw damaged('the last number of a device');
  return [device, n];
}

/** The id was decided before under another `(device, n)`. Parses only where the word stands in it. */
export function isRepeat(decision: string): boolean {
  if (!decision.includes('"repeats"')) return false;
  try {
    return (JSON.parse(decision) as { repeats?: unknown }).repeats === true;
  } catch {
    throw new StoreFault('value', 'The store cannot take this: a decision is not JSON.');
  }
}

export function damaged(what: string): StoreFault {
  return new StoreFault('broken', `The store holds ${what} that does not fit its checksum.`);
}
