// A really full disk: a file system in memory of a few hundred pages, for which the test must be
// root. Orders wait, reading goes on, and nothing is lost when there is room again.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreFault } from '@pos-sync/sync';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { expect, it } from 'vitest';

import { makeSecret, readSecret, stampKeyName } from '../secret-file.ts';
import { openReadOnly, openStore } from './open.ts';
import { StoreProblem } from './problem.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';
import { verify } from './verify.ts';

const text = JSON.stringify('x'.repeat(20_000));

function onSmallDisk(
  run: (folder: string, fillUp: () => void, makeRoom: () => void) => void,
): void {
  const parent = makeFolder();
  const disk = path.join(parent, 'disk');
  mkdirSync(disk);
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
  const filler = path.join(disk, 'filler');
  const fillUp = (): void => {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
  };
  try {
    run(disk, fillUp, () => rmSync(filler));
  } finally {
    execFileSync('/bin/umount', [disk]);
    removeFolder(parent);
  }
}

it('takes nothing while the disk is full, reads on, and takes everything afterwards [fault 5]', () => {
  onSmallDisk((folder, fillUp, makeRoom) => {
    const store = openStore('sqlite', folder);
    store.begin(genesis);
    fillUp();
    let seq = 1;
    const commit = (): void => {
      const puts = [{ ...rowAt('order/a', seq), text }];
      store.commit(transactionOf([entryOf(seq)], { puts }));
      seq += 1;
    };
    const kinds = Array.from({ length: 40 }, () => {
      try {
        commit();
        return 'taken';
      } catch (error) {
        return error instanceof StoreFault ? error.kind : String(error);
      }
    });
    expect(new Set(kinds.slice(-20))).toEqual(new Set(['busy']));
    expect(store.load()?.head.seq).toBe(seq - 1);
    makeRoom();
    commit();
    store.close();
    const db = openReadOnly(folder);
    expect(verify(db).findings).toEqual([]);
    db.close();
    const again = openStore('sqlite', folder);
    expect(again.history(0, 99)).toHaveLength(seq - 1);
    again.close();
  });
});

it('says so when the disk is full at the start [fault 5]', () => {
  onSmallDisk((folder, fillUp, makeRoom) => {
    fillUp();
    const open = (): void => openStore('sqlite', folder).close();
    expect(open).toThrow(expect.objectContaining({ code: 'full' }));
    makeRoom();
    open();
    fillUp();
    expect(open).toThrow(StoreProblem);
    expect(open).toThrow(expect.objectContaining({ code: 'full' }));
    makeRoom();
    open();
  });
});

it('says so when there is no room for a key, and leaves no half of one behind [fault 5]', () => {
  onSmallDisk((folder, fillUp, makeRoom) => {
    fillUp();
    const make = (): string => makeSecret(folder, stampKeyName);
    expect(make).toThrow(StoreProblem);
    expect(make).toThrow(expect.objectContaining({ code: 'full' }));
    expect(readdirSync(folder)).toEqual(['filler']);
    makeRoom();
    expect(make()).toBe(readSecret(folder, stampKeyName));
  });
});
