import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFault, type Store } from '@pos-sync/sync';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openReadOnly, openStore } from './open.ts';
import { databaseName } from './schema.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';
import { verify } from './verify.ts';

const perCommit = 32;

let folder = '';
let store: Store;
beforeEach(() => {
  folder = makeFolder();
  store = openStore('sqlite', folder);
  store.begin(genesis);
});
afterEach(() => {
  store.close();
  removeFolder(folder);
});

/** A command that puts one of seven orders. */
function commit(seq: number): void {
  const puts = [rowAt(`order/${seq % 7}`, seq)];
  store.commit(transactionOf([entryOf(seq)], { puts, lastN: new Map([['tablet', seq]]) }));
}

/** All commands from the head to `last`, a few in each commit. */
function commitTo(last: number): void {
  for (let seq = (store.load()?.head.seq ?? 0) + 1; seq <= last; seq += perCommit) {
    const length = Math.min(perCommit, last + 1 - seq);
    const entries = Array.from({ length }, (_, index) => entryOf(seq + index));
    const rows = entries.slice(-7).map((entry) => rowAt(`order/${entry.seq % 7}`, entry.seq));
    const highest = entries.at(-1)?.n ?? 0;
    store.commit(transactionOf(entries, { puts: rows, lastN: new Map([['tablet', highest]]) }));
  }
}

function inDatabase<T>(run: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path.join(folder, databaseName));
  try {
    return run(db);
  } finally {
    db.close();
  }
}

function count(table: string): number {
  return inDatabase((db) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']));
}

function fault(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreFault) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'no fault';
}

it('brings rows, ids and places into their tables every thousand commands, each row once', () => {
  commitTo(1_024);
  expect([count('row'), count('log_id'), count('recent')]).toEqual([0, 0, 1_024 / perCommit]);
  commit(1_025);
  expect([count('row'), count('log_id'), count('log_slot')]).toEqual([7, 1_025, 1_025]);
  expect([count('recent'), count('last_n')]).toEqual([0, 1]);
});

it('answers the same before, between and after, over restarts', () => {
  for (let seq = 300; seq <= 2_100; seq += 300) {
    commitTo(seq);
    store.close();
    store = openStore('sqlite', folder);
    const newest = Array.from({ length: 7 }, (_, back) => seq - back);
    const rows = store.load()?.rows.map((row) => row.seq) ?? [];
    expect(rows.toSorted((one, other) => other - one)).toEqual(newest);
    expect(store.load()).toMatchObject({ head: { seq }, lastN: new Map([['tablet', seq]]) });
    const ids = ['id1', `id${seq - 1}`, `id${seq + 1}`];
    expect(store.find({ ids }).entries).toEqual([entryOf(1), entryOf(seq - 1)]);
    const slots = [3, seq, seq + 1].map((n) => ({ device: 'tablet', n }));
    expect(store.find({ slots }).entries).toEqual([entryOf(3), entryOf(seq)]);
  }
  const db = openReadOnly(folder);
  expect(verify(db)).toEqual({ ok: true, findings: [] });
  db.close();
});

it('refuses an id and a place of long ago, whether or not they were asked for', () => {
  commitTo(1_100);
  const again = entryOf(1_101, { id: 'id5' });
  const twice = entryOf(1_101, { n: 5 });
  expect(fault(() => store.commit(transactionOf([again])))).toContain('the id id5 is logged');
  expect(fault(() => store.commit(transactionOf([twice])))).toContain('tablet 5 is logged');
  store.find({ ids: ['id5', 'id1101'] });
  expect(fault(() => store.commit(transactionOf([again])))).toContain('the id id5 is logged');
  commit(1_101);
  const late = entryOf(1_102, { id: 'id1101' });
  expect(fault(() => store.commit(transactionOf([late])))).toContain('the id id1101 is logged');
});

it('takes a place that a device had left out, once', () => {
  store.commit(transactionOf([entryOf(1, { n: 50 })]));
  const next = entryOf(2, { n: 20 });
  store.commit(transactionOf([next]));
  expect(store.find({ slots: [{ device: 'tablet', n: 20 }] }).entries).toEqual([next]);
  expect(fault(() => store.commit(transactionOf([entryOf(3, { n: 20 })])))).toMatch(/^value/);
});

it.each([
  ['a row', "UPDATE recent SET texts = replace(texts, 'order', 'odder')", '"order"'],
  ['a position', "UPDATE recent SET about = replace(about, '2026', '2027')", 'a recent commit'],
  ['a missing commit', 'DELETE FROM recent WHERE number = 2', 'is missing'],
  ['the last commit', 'DELETE FROM recent WHERE number = 3', 'does not reach its end'],
  ['all commits', 'DELETE FROM recent', 'does not reach its end'],
])('tells of damage to what is recent: %s', (_, sql, told) => {
  for (let seq = 1; seq <= 3; seq += 1) commit(seq);
  store.close();
  inDatabase((db) => db.exec(sql));
  const db = openReadOnly(folder);
  expect(verify(db).findings.join('\n')).toContain(told);
  db.close();
  store = openStore('sqlite', folder);
  expect(fault(() => store.load())).toMatch(/^broken/);
  expect(fault(() => store.load())).toContain(told);
  expect(fault(() => commit(4))).toMatch(/^broken/);
});
