// What an error of SQLite means for the commands that were waiting: try a smaller transaction, try
// the same one later, or answer nobody. The codes are those of https://sqlite.org/rescode.html.

import { StoreFault } from '@pos-sync/sync';

import { corrupt, full, readOnly, unreadable, type StoreProblem } from './problem.ts';

/** Primary result codes; an extended code carries one of these in its low eight bits. */
export const sqliteCode = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  mismatch: 20,
  notADatabase: 26,
} as const;

/** The file under the connection was moved away: commits would go where nobody looks. */
const readOnlyMoved = 1032;

const busyCodes: readonly number[] = [
  sqliteCode.busy,
  sqliteCode.locked,
  sqliteCode.readOnly,
  sqliteCode.full,
];
const valueCodes: readonly number[] = [
  sqliteCode.tooBig,
  sqliteCode.constraint,
  sqliteCode.mismatch,
];
const damageCodes: readonly number[] = [sqliteCode.corrupt, sqliteCode.notADatabase];

/** What Node throws before SQLite sees the value. */
const refusedByNode = ['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_VALUE', 'ERR_OUT_OF_RANGE'];

/** For an error while writing; a `StoreFault` stays what it is. */
export function faultOf(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StoreFault(kindOf(error), message, { cause: error });
}

/** For an error while reading what is already stored: there is no value to blame. */
export function readFaultOf(error: unknown): StoreFault {
  const fault = faultOf(error);
  if (fault.kind !== 'value') return fault;
  return new StoreFault('broken', fault.message, { cause: error });
}

/** For an error while opening. */
export function problemOf(error: unknown, file: string): StoreProblem {
  if (error instanceof StoreFault && error.cause !== undefined) return problemOf(error.cause, file);
  const code = primaryCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (code === sqliteCode.readOnly || code === sqliteCode.cannotOpen) return readOnly(file, error);
  if (code === sqliteCode.full) return full(file, error);
  if (damageCodes.includes(code) || error instanceof StoreFault)
    return corrupt(file, detail, error);
  return unreadable(file, error);
}

export function primaryCode(error: unknown): number {
  return extendedCode(error) & 0xff;
}

function kindOf(error: unknown): StoreFault['kind'] {
  if (refusedByNode.includes(nodeCode(error))) return 'value';
  const extended = extendedCode(error);
  if (extended === readOnlyMoved) return 'broken';
  const primary = extended & 0xff;
  if (busyCodes.includes(primary)) return 'busy';
  return valueCodes.includes(primary) ? 'value' : 'broken';
}

function extendedCode(error: unknown): number {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code : 0;
}

function nodeCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
