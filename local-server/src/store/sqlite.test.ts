import { copyFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeContract, entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import type { Store } from '@pos-sync/sync';
import { describe, expect, it } from 'vitest';

import { migrate, migrations } from './migrations.ts';
import { openStore } from './open.ts';
import { databaseName } from './schema.ts';
import { sqliteStore } from './sqlite.ts';
import { makeFolder, withFolder } from './testing/folder.ts';

storeContract('SQLite in a file', () => {
  const folder = makeFolder();
  let store = openStore('sqlite', folder);
  return {
    store,
    reopen: () => {
      store.close();
      store = openStore('sqlite', folder);
      return store;
    },
    dispose: () => {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const second = transactionOf([entryOf(2)], { puts: [rowAt('order/b', 2)], floor: 1 });

function storeOf(db: DatabaseSync): Store {
  migrate(db, migrations);
  const store = sqliteStore(db);
  store.begin(genesis);
  // A floor that moves brings the row into its table.
  store.commit(transactionOf([entryOf(1)], { puts: [rowAt('order/a', 1)], floor: 1 }));
  return store;
}

describe('a store in trouble', () => {
  it('is busy while the disk is full, reads on, and goes on by itself', () => {
    const db = new DatabaseSync(':memory:');
    const store = storeOf(db);
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() ?? {};
    db.exec(`PRAGMA max_page_count = ${Number(pages)}`);
    const text = JSON.stringify('x'.repeat(20_000));
    const large = transactionOf([entryOf(2)], { puts: [{ ...rowAt('order/b', 2), text }] });
    expect(() => store.commit(large)).toThrow(expect.objectContaining({ kind: 'busy' }));
    expect(store.load()?.head.seq).toBe(1);
    db.exec('PRAGMA max_page_count = 100000');
    store.commit(large);
    expect(store.load()?.rows).toHaveLength(2);
  });

  it('is busy while it may not write', () => {
    const db = new DatabaseSync(':memory:');
    const store = storeOf(db);
    db.exec('PRAGMA query_only = ON');
    expect(() => store.commit(second)).toThrow(expect.objectContaining({ kind: 'busy' }));
    db.exec('PRAGMA query_only = OFF');
    store.commit(second);
  });

  it('blames the value when one is larger than SQLite takes', () => {
    const db = new DatabaseSync(':memory:');
    const store = storeOf(db);
    db.limits.length = 10_000;
    const entry = entryOf(2, { body: 'x'.repeat(20_000) });
    const huge = transactionOf([entry], { puts: [rowAt('order/b', 2)] });
    expect(() => store.commit(huge)).toThrow(expect.objectContaining({ kind: 'value' }));
    store.commit(second);
    expect(store.load()?.head.seq).toBe(2);
  });

  it('stays broken once a record did not fit its checksum, and names the kind of row', () => {
    const db = new DatabaseSync(':memory:');
    const store = storeOf(db);
    db.exec("UPDATE row SET text = replace(text, '1', '2')");
    const broken: unknown = expect.objectContaining({ kind: 'broken' });
    expect(() => store.load()).toThrow(broken);
    expect(() => store.load()).toThrow('"order"');
    expect(() => store.commit(second)).toThrow(broken);
  });
});

it('is busy while another program holds the write lock [fault 9]', () => {
  withFolder((folder) => {
    const store = openStore('sqlite', folder);
    store.begin(genesis);
    const other = new DatabaseSync(path.join(folder, databaseName));
    other.exec('BEGIN IMMEDIATE');
    const first = transactionOf([entryOf(1)]);
    expect(() => store.commit(first)).toThrow(expect.objectContaining({ kind: 'busy' }));
    other.exec('ROLLBACK');
    other.close();
    store.commit(first);
    store.close();
  });
});

it.each([databaseName, `${databaseName}-wal`])(
  'answers nobody when %s was replaced under it [fault 9]',
  (name) => {
    withFolder((folder) => {
      const store = openStore('sqlite', folder);
      store.begin(genesis);
      const file = path.join(folder, name);
      renameSync(file, `${file}.moved`);
      copyFileSync(`${file}.moved`, file);
      const commit = (): void => store.commit(transactionOf([entryOf(1)]));
      expect(commit).toThrow(expect.objectContaining({ kind: 'broken' }));
      expect(commit).toThrow(expect.objectContaining({ kind: 'broken' }));
      store.close();
    });
  },
);

it('copies its log into the database while it runs', () => {
  withFolder((folder) => {
    const store = openStore('sqlite', folder);
    store.begin(genesis);
    const text = JSON.stringify('x'.repeat(200_000));
    for (let seq = 1; seq <= 64; seq += 1) {
      const row = { ...rowAt('order/a', seq), text };
      store.commit(transactionOf([entryOf(seq, { body: text })], { puts: [row] }));
    }
    // 26 MB were written: what is copied over stands in the database, and the log is used again.
    const file = path.join(folder, databaseName);
    expect(statSync(file).size).toBeGreaterThan(8_000_000);
    expect(statSync(`${file}-wal`).size).toBeLessThan(12_000_000);
    store.close();
  });
});
