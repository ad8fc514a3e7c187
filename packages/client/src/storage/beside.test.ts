import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DeviceImage } from '@pos-sync/sync';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Identity } from '../identity.ts';
import { type ClientStorage, carryOver } from './beside.ts';
import { type FileStorage, createFileStorage, openFileStorage } from './file.ts';
import { createMemoryStorage } from './memory.ts';

const identity: Identity = {
  store: 'corner-cafe',
  device: 'tablet-3',
  name: 'Tablet 3',
  letter: 'C',
  role: 'entry',
  secretKey: 'c2VjcmV0',
};
const next: Identity = {
  ...identity,
  device: 'copy:1',
  letter: 'D',
  secretKey: 'bmV3',
  vouch: { former: 'tablet-3', publicKey: 'cHVi', signature: 'c2ln' },
};
const epoch = { number: 1, id: 'e' };
const at = { epoch, seq: 7, chain: 'c', stamp: 's' };

let folder: string;
let file: string;
let old: FileStorage;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-beside-'));
  file = path.join(folder, 'tablet.device');
  old = createFileStorage(file, identity);
});
afterEach(async () => {
  await old.close();
  rmSync(folder, { recursive: true });
});

/** A storage with a row, an answered command and two without an outcome; what it holds. */
async function filled(storage: ClientStorage): Promise<DeviceImage> {
  await storage.append(['a', 'b', 'c'].map((id) => ({ id, text: `text of ${id}` })));
  await storage.save({
    replace: true,
    puts: [{ key: 'order/1', subject: '1', seq: 7, text: '{}' }],
    removed: [],
    at,
    lastN: 1,
    proof: at,
    view: 'entry 1',
    answered: [
      {
        n: 1,
        id: 'a',
        text: 'text of a',
        answered: { epoch, seq: 7, outcome: 'ok', hubTimeMs: 1, day: '2026-11-22' },
      },
    ],
    dropped: [],
  });
  return storage.load();
}

const made = {
  'a file': (): ClientStorage => old,
  memory: createMemoryStorage,
};

it.each(Object.entries(made))(
  'takes along what has no outcome, from 1 on, in %s',
  async (_, make) => {
    const former = make();
    const image = await filled(former);
    const fresh = await former.beside!(next, image);
    expect(await fresh.load()).toMatchObject({
      outbox: [
        { n: 1, id: 'b', text: 'text of b' },
        { n: 2, id: 'c', text: 'text of c' },
      ],
      unsettled: [],
      rows: image.rows,
      at,
      lastN: 0,
      answered: 0,
      lowest: 1,
      proof: at,
      view: 'entry 1',
    });
    expect(await fresh.journal(0, 10)).toEqual([]);
    expect(await former.load()).toEqual(image);
    await fresh.close();
  },
);

it('leads from the old file to the new one, also by the identity it had', async () => {
  const fresh = await old.beside!(next, await filled(old));
  await fresh.close();
  await old.close();
  for (const expected of [undefined, identity]) {
    const opened = openFileStorage(file, expected);
    expect(opened.identity).toEqual(next);
    await opened.close();
  }
  const own = path.join(folder, 'tablet.device.copy_1');
  expect(existsSync(file)).toBe(true);
  expect(statSync(own).mode & 0o777).toBe(0o600);
});

it('leads on when a copy of a copy was made', async () => {
  const second = await old.beside!(next, await filled(old));
  const third = await second.beside!({ ...next, device: 'copy2' }, await second.load());
  for (const storage of [third, second, old]) await storage.close();
  const opened = openFileStorage(file);
  expect(opened.identity.device).toBe('copy2');
  expect((await opened.load()).outbox.map(({ id }) => id)).toEqual(['b', 'c']);
  await opened.close();
});

it('changes nothing when the new file cannot be made whole', async () => {
  const image = await filled(old);
  const bad = { ...image, outbox: [{ n: 2, id: null as unknown as string, text: 'x' }] };
  await expect(old.beside!(next, bad)).rejects.toThrow(/NOT NULL/);
  expect(existsSync(path.join(folder, 'tablet.device.copy_1'))).toBe(false);
  writeFileSync(path.join(folder, 'tablet.device.copy_1'), 'somebody else');
  await expect(old.beside!(next, image)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  await old.close();
  const opened = openFileStorage(file);
  expect(opened.identity).toEqual(identity);
  expect(await opened.load()).toEqual(image);
  await opened.close();
});

it('opens a file from before copies were told apart', async () => {
  const image = await filled(old);
  await old.close();
  const db = new DatabaseSync(file);
  db.exec('DROP TABLE kin');
  db.close();
  const opened = openFileStorage(file);
  expect(opened.identity).toEqual(identity);
  expect(await opened.load()).toEqual(image);
  await opened.close();
});

it('carries over into any storage there is', async () => {
  const storage = createMemoryStorage();
  await carryOver(storage, await filled(old));
  expect((await storage.load()).outbox.map(({ n }) => n)).toEqual([1, 2]);
});
