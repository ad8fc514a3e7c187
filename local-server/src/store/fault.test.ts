import { StoreFault } from '@pos-sync/sync';
import { expect, it } from 'vitest';

import { faultOf, problemOf, readFaultOf } from './fault.ts';

const sqliteError = (errcode: number): Error => Object.assign(new Error('told'), { errcode });

it.each([
  ['SQLITE_BUSY', 5, 'busy'],
  ['SQLITE_BUSY_SNAPSHOT', 517, 'busy'],
  ['SQLITE_LOCKED', 6, 'busy'],
  ['SQLITE_READONLY', 8, 'busy'],
  ['SQLITE_READONLY_DBMOVED', 1032, 'broken'],
  ['SQLITE_FULL', 13, 'busy'],
  ['SQLITE_CONSTRAINT_UNIQUE', 2067, 'value'],
  ['SQLITE_TOOBIG', 18, 'value'],
  ['SQLITE_MISMATCH', 20, 'value'],
  ['SQLITE_IOERR_FSYNC', 1034, 'broken'],
  ['SQLITE_CORRUPT', 11, 'broken'],
  ['SQLITE_NOTADB', 26, 'broken'],
  ['SQLITE_CANTOPEN', 14, 'broken'],
  ['SQLITE_NOMEM', 7, 'broken'],
  ['an error that is none of SQLite', 0, 'broken'],
])('makes %s the right fault', (_, code, kind) => {
  expect(faultOf(sqliteError(code)).kind).toBe(kind);
});

it('blames the value when Node refuses to bind it, but never while reading', () => {
  const refused = Object.assign(new TypeError('told'), { code: 'ERR_INVALID_ARG_TYPE' });
  expect(faultOf(refused).kind).toBe('value');
  expect(readFaultOf(refused).kind).toBe('broken');
});

it('leaves a fault as it is and keeps the cause of the others', () => {
  const fault = new StoreFault('busy', 'told');
  expect(faultOf(fault)).toBe(fault);
  const error = sqliteError(10);
  expect(faultOf(error).cause).toBe(error);
});

it.each([
  [8, 'read-only'],
  [14, 'read-only'],
  [13, 'full'],
  [11, 'corrupt'],
  [26, 'corrupt'],
  [10, 'unreadable'],
])('explains code %i while opening', (code, problem) => {
  expect(problemOf(sqliteError(code), '/data/store.db').code).toBe(problem);
});
