import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DeviceImage, DeviceStorage, JournalEntry } from '@pos-sync/sync';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Identity } from '../identity.ts';
import { type ClientStorage, carryOver } from './beside.ts';
import { type FileStorage, createFileStorage, openFileStorage } from './file.ts';
import { createMemoryStorage } from './memory.ts';
import { identity } from '../testing/identity.ts';

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
        answered: answeredA,
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

const answeredA = { epoch, seq: 7, outcome: 'ok', hubTimeMs: 1, day: '2026-11-22' } as const;

it.each(Object.entries(made))(
  'takes along the journal and what has no outcome, from 1 on, in %s',
  async (_, make) => {
    const former = make();
    const image = await filled(former);
    const fresh = await former.beside!(next, image);
    expect(await fresh.load()).toMatchObject({
      outbox: [
        { n: 2, id: 'b', text: 'text of b' },
        { n: 3, id: 'c', text: 'text of c' },
      ],
      unsettled: [],
      rows: image.rows,
      at,
      lastN: 1,
      answered: 1,
      lowest: 1,
      proof: at,
      view: 'entry 1',
    });
    expect(await fresh.journal(0, 10)).toEqual([
      { n: 1, id: 'a', text: 'text of a', answered: answeredA },
    ]);
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
  await carryOver(storage, await filled(old), old);
  expect((await storage.load()).outbox.map(({ n }) => n)).toEqual([2, 3]);
});

it('keeps the order in which all was made, also where a later command was answered first [C1] [C9]', async () => {
  const place = {
    replace: false,
    puts: [],
    removed: [],
    at,
    proof: at,
    view: 'entry 1',
    dropped: [],
  };
  await old.append(['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, text: `text of ${id}` })));
  const answered = [1, 3, 4].map((n) => {
    const id = 'abcde'[n - 1]!;
    return { n, id, text: `text of ${id}`, answered: answeredA };
  });
  // The rows show b already: its outcome is still to come.
  await old.save({ ...place, lastN: 3, answered });
  const fresh = await old.beside!(next, await old.load());
  const carried = await fresh.load();
  expect(carried.outbox.map(({ n, id }) => [n, id])).toEqual([
    [2, 'b'],
    [5, 'e'],
  ]);
  expect(carried).toMatchObject({ lastN: 3, answered: 4, lowest: 1 });
  expect((await fresh.journal(0, 5)).map(({ n, id }) => [n, id])).toEqual([
    [1, 'a'],
    [3, 'c'],
    [4, 'd'],
  ]);
  await fresh.close();
});

/** A long journal with holes, as a pruned one has: every third `n` of 4 to 3,000 is deferred. */
async function filledLong(storage: DeviceStorage): Promise<DeviceImage> {
  const commands = Array.from({ length: 3_002 }, (_, index) => ({
    id: `id ${index + 1}`,
    text: `{"id":"id ${index + 1}"}`,
  }));
  await storage.append(commands);
  const answered = commands.slice(0, 3_000).map((command, index): JournalEntry => {
    const outcome = index % 3 === 2 ? 'deferred' : 'ok';
    return { ...command, n: index + 1, answered: { ...answeredA, seq: index, outcome } };
  });
  const place = { at, lastN: 2_000, proof: at, view: 'entry 1' };
  const rows = { replace: false, puts: [], removed: [] };
  await storage.save({ ...rows, ...place, answered, dropped: [] });
  await storage.save({ ...rows, ...place, answered: [], dropped: [1, 2, 3, 5] });
  return storage.load();
}

it('closes the holes of a pruned journal; what the rows do not show yet stays so', async () => {
  const image = await filledLong(old);
  const before = await old.journal(0, 5_000);
  const fresh = await old.beside!(next, image);
  const after = await fresh.journal(0, 5_000);
  expect(after).toEqual(before.map((entry, index) => ({ ...entry, n: index + 1 })));
  const carried = await fresh.load();
  expect(carried).toMatchObject({ lastN: 1_996, answered: 2_996, lowest: 1 });
  expect(carried.unsettled.map(({ id }) => id)).toEqual(image.unsettled.map(({ id }) => id));
  expect(carried.outbox.map(({ n, id }) => [n, id])).toEqual([
    [2_997, 'id 3001'],
    [2_998, 'id 3002'],
  ]);
  expect(await fresh.append([{ id: 'new', text: '{}' }])).toEqual([2_999]);
  await fresh.close();
});

it('lets go of what was carried over like of everything else', async () => {
  const fresh = await old.beside!(next, await filledLong(old));
  const { rows: _, ...image } = await fresh.load();
  const { at: here, lastN, proof, view } = image;
  const place = { at: here, lastN, proof, view, replace: false, puts: [], removed: [] };
  await fresh.save({ ...place, answered: [], dropped: [1, 2] });
  expect(await fresh.load()).toMatchObject({ lowest: 3, answered: image.answered, lastN });
  expect((await fresh.journal(0, 1)).map(({ n }) => n)).toEqual([3]);
  await fresh.close();
});

it('is the old file or the whole new one, wherever the program is killed on the way', async () => {
  const image = await filledLong(old);
  const journal = await old.journal(0, 5_000);
  const moments: string[] = [];
  const killed = (): void => {
    const there = path.join(folder, `killed${moments.length}`);
    for (const name of ['tablet.device', 'tablet.device.copy_1']) {
      for (const part of [name, `${name}-wal`]) {
        const from = path.join(folder, part);
        if (existsSync(from)) cpSync(from, path.join(there, part));
      }
    }
    moments.push(path.join(there, 'tablet.device'));
  };
  let isMade = false;
  const making = old.beside!(next, image).finally(() => void (isMade = true));
  while (!isMade) {
    killed();
    await Promise.resolve();
  }
  const fresh = await making;
  const whole = await fresh.load();
  killed();
  await fresh.close();
  const found: string[] = [];
  for (const moment of moments) {
    const opened = openFileStorage(moment);
    const { device } = opened.identity;
    found.push(device);
    expect(await opened.load()).toEqual(device === next.device ? whole : image);
    const ids = (await opened.journal(0, 5_000)).map(({ id }) => id);
    expect(ids).toEqual(journal.map(({ id }) => id));
    await opened.close();
  }
  expect(new Set(found)).toEqual(new Set([identity.device, next.device]));
  expect(found.length).toBeGreaterThan(20);
  expect(found.at(-1)).toBe(next.device);
});
