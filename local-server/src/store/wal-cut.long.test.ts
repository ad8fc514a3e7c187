// A power cut may leave the log of the database shorter than it was. Whatever its length, the store
// opens and holds exactly the first commits, with nothing missing in between.

import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoreImage } from '@pos-sync/sync';
import { expect, it } from 'vitest';

import { openReadOnly, openStore } from './open.ts';
import { databaseName } from './schema.ts';
import { makeFolder, removeFolder, withFolder } from './testing/folder.ts';
import { commitSample, fillSample, inOrder, sampleSeqs } from './testing/sample.ts';
import { verify } from './verify.ts';

/** `WAL_CUT_EVERY_BYTES=1` cuts at every byte. */
const stepBytes = Number(process.env['WAL_CUT_EVERY_BYTES'] ?? 16);
const frameBytes = 4_096 + 24;
const framesCut = 6;
const commits = 9;

interface Recorded {
  readonly database: Buffer;
  readonly wal: Buffer;
  /** What the store held once the log was so long. */
  readonly images: readonly { readonly walBytes: number; readonly image: StoreImage | undefined }[];
}

/** Both files as they lie while the hub runs, and what the store held after each commit. */
function record(): Recorded {
  const folder = makeFolder();
  fillSample(folder);
  const file = path.join(folder, databaseName);
  const store = openStore('sqlite', folder);
  const images = [{ walBytes: 0, image: inOrder(store.load()) }];
  for (let seq = sampleSeqs + 1; seq <= sampleSeqs + commits; seq += 1) {
    commitSample(store, seq);
    images.push({ walBytes: statSync(`${file}-wal`).size, image: inOrder(store.load()) });
  }
  // Copies, because reading the open files here would drop SQLite's locks on them.
  const copies = makeFolder();
  for (const ending of ['', '-wal'])
    copyFileSync(file + ending, path.join(copies, `copy${ending}`));
  store.close();
  const database = readFileSync(path.join(copies, 'copy'));
  const wal = readFileSync(path.join(copies, 'copy-wal'));
  removeFolder(folder);
  removeFolder(copies);
  return { database, wal, images };
}

it(`opens after its log was cut at every ${stepBytes}th byte of its last frames [fault 7]`, () => {
  const { database, wal, images } = record();
  const from = wal.length - framesCut * frameBytes;
  const expected = new Set<number | undefined>();
  withFolder((folder) => {
    const file = path.join(folder, databaseName);
    for (let length = from; length <= wal.length; length += stepBytes) {
      writeFileSync(file, database);
      writeFileSync(`${file}-wal`, wal.subarray(0, length));
      rmSync(`${file}-shm`, { force: true });
      const store = openStore('sqlite', folder);
      const image = inOrder(store.load());
      store.close();
      const held = images.findLast(({ walBytes }) => walBytes <= length)?.image;
      expect(image, `cut after ${length} bytes`).toEqual(held);
      expected.add(held?.head.seq);
      const db = openReadOnly(folder);
      if (length % 1_024 < stepBytes) expect(verify(db).findings).toEqual([]);
      db.close();
    }
  });
  expect(expected.size).toBeGreaterThan(1);
});

it('holds an exact prefix, or says so, when a bit of its log flipped [fault 8]', () => {
  const { database, wal, images } = record();
  withFolder((folder) => {
    const file = path.join(folder, databaseName);
    for (let position = 0; position < wal.length; position += 97) {
      const bytes = Buffer.from(wal);
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8));
      writeFileSync(file, database);
      writeFileSync(`${file}-wal`, bytes);
      rmSync(`${file}-shm`, { force: true });
      const store = openStore('sqlite', folder);
      const image = inOrder(store.load());
      store.close();
      const same = images.find((held) => held.image?.head.seq === image?.head.seq);
      expect(image, `flip in byte ${position}`).toEqual(same?.image);
    }
  });
});
