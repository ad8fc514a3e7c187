import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MemoryStore } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { type Client, openClient } from './client.ts';
import type { Given } from './mutate.ts';
import type { ClientStorage } from './storage/beside.ts';
import { type FileStorage, createFileStorage, openFileStorage } from './storage/file.ts';
import { createMemoryStorage } from './storage/memory.ts';
import { type TallyCommands, tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

type TallyClient = Client<TallyCommands>;

/** With the rows of devices in the view, as the shop's waiters have them. */
const everything = tallyDomain.views.get('everything')!;
const kinds = new Set([...everything.kinds, 'device']);
const domain = { ...tallyDomain, views: new Map([['everything', { ...everything, kinds }]]) };

let hub: TinyHub;
let folder: string;
/** The hub's history before any command was given. */
let older: MemoryStore;
const clients: TallyClient[] = [];

beforeEach(async () => {
  hub = await startTinyHub(domain);
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-copies-'));
  const storage = createFileStorage(fileOf('one'), await hub.pair('waiter'));
  older = hub.store.clone();
  const client = await opened('one', storage);
  await client.mutate.tally.open({ tally: 'a' }).accepted;
  await client.close();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await hub.stop();
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string): string => {
  return path.join(folder, `${name}.device`);
};

async function opened(
  name: string,
  storage: FileStorage = openFileStorage(fileOf(name)),
): Promise<TallyClient> {
  const client = await openClient<TallyCommands>({
    domain,
    identity: storage.identity,
    storage,
    hub: hub.address,
    WebSocket,
    build: 'test',
  });
  clients.push(client);
  return client;
}

/** Settles when the client was found to be a copy and is itself. */
function becameItself(client: TallyClient): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.watchConnection(({ note }) => {
      if (note?.code === 'WAS_A_COPY') resolve(stop());
    });
  });
}

function isIn(client: TallyClient, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.watchConnection(({ state }) =>
      state === wanted ? resolve(stop()) : undefined,
    );
    if (client.connection.state === wanted) resolve(stop());
  });
}

/** Everything that the screen shows as the tally's value from now on. */
function valuesOf(client: TallyClient): unknown[] {
  const values = [client.get('tally/a')?.['value']];
  client.watch(
    ({ get }) => get('tally/a')?.['value'],
    (value) => values.push(value),
  );
  return values;
}

/** The hub's database broke; the copy that is put back knows the first device and nothing it did. */
async function putBackOlder(client: TallyClient): Promise<void> {
  await hub.kill();
  hub = await startTinyHub(domain, { store: older.clone(), port: hub.port });
  client.nudge();
  while (hub.hub.status.at.epoch.number === 1) await new Promise(setImmediate);
}

const add = (client: TallyClient, by: number): Given => client.mutate.tally.add({ tally: 'a', by });
const devices = (): unknown[] =>
  [...hub.hub.status.rows.keysOf('device')].map((key) => hub.hub.status.rows.find(key)?.body);
const steps = (): number[] =>
  [...hub.hub.status.rows.values()]
    .filter(({ key }) => key.startsWith('step/'))
    .map(({ body }) => Number(body['by']))
    .toSorted((one, other) => one - other);

it('is a device of its own after its folder was copied; nothing lost, nothing twice [scenario 10]', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  const one = await opened('one');
  await add(one, 1).accepted;
  const two = await opened('two');
  const before = two.identity;
  const states: string[] = [];
  two.watchConnection(({ state }) => states.push(state));
  const given = [add(two, 10), add(two, 100)];
  expect(two.get('tally/a')).toMatchObject({ value: 110 });

  for (const { accepted } of given) expect(await accepted).toMatchObject({ outcome: 'ok' });
  one.nudge();
  await add(one, 1_000).accepted;
  expect(steps()).toEqual([1, 10, 100, 1_000]);
  expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(1_111);
  expect(two.identity).toMatchObject({ letter: 'B', role: 'waiter', name: before.name });
  expect(two.identity.device).not.toBe(before.device);
  expect(two.identity.secretKey).not.toBe(before.secretKey);
  expect(one.identity.device).toBe(before.device);
  expect(devices()).toHaveLength(2);
  expect(two.connection.note?.message).toContain('Nothing was lost.');
  expect(states).not.toContain('denied');
  expect(states).not.toContain('closed');
});

it('keeps the old file, and goes on as itself when it is started again [scenario 10]', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  await add(await opened('one'), 1).accepted;
  const two = await opened('two');
  await add(two, 10).accepted;
  const { identity } = two;
  await two.close();
  const files = readdirSync(folder).filter((name) => name.startsWith('two'));
  expect(files.toSorted()).toEqual(['two.device', `two.device.${identity.device}`]);

  const again = await opened('two');
  expect(again.identity).toEqual(identity);
  await add(again, 100).accepted;
  expect(steps()).toEqual([1, 10, 100]);
  expect(again.connection.note).toBeUndefined();
  expect(devices()).toHaveLength(2);
  await again.close();
  for (const file of files) cpSync(path.join(folder, file), path.join(folder, 'moved', file));
  const moved = await opened('moved/two');
  expect(moved.identity).toEqual(identity);
});

it('takes what is given while it becomes itself, and shows every row all the time', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  await add(await opened('one'), 1).accepted;
  const storage = openFileStorage(fileOf('two'));
  const meanwhile: Given[] = [];
  const beside: ClientStorage['beside'] = (identity, image) => {
    meanwhile.push(add(two, 100));
    return storage.beside!(identity, image);
  };
  const two = await opened('two', { ...storage, beside });
  const seen: unknown[] = [];
  two.watch(
    ({ get }) => get('tally/a')?.['value'],
    (value) => seen.push(value),
  );
  await add(two, 10).accepted;
  expect(await meanwhile[0]?.accepted).toMatchObject({ outcome: 'ok' });
  expect(steps()).toEqual([1, 10, 100]);
  expect(seen).not.toContain(undefined);
});

it('stays what it was and says what the hub says when nothing can be stored beside', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  await add(await opened('one'), 1).accepted;
  const storage = openFileStorage(fileOf('two'));
  const beside = (): Promise<never> => Promise.reject(new Error('The disk is full.'));
  const two = await opened('two', { ...storage, beside });
  const { device } = two.identity;
  const { saved } = add(two, 10);
  await isIn(two, 'denied');
  expect(two.connection.denial?.code).toBe('CLONE');
  expect(two.identity.device).toBe(device);
  await saved;
  await add(two, 100).saved;
  await two.close();
  expect(readdirSync(folder)).not.toContain(`two.device.${device}`);
  const again = await opened('two');
  await add(again, 1_000).accepted;
  expect(steps()).toEqual([1, 10, 100, 1_000]);
});

it('becomes itself in memory too, for as long as it runs [scenario 10]', async () => {
  const identity = await hub.pair('waiter');
  const inMemory = () => opened('', { ...createMemoryStorage(), identity });
  const one = await inMemory();
  await one.mutate.tally.open({ tally: 'b' }).accepted;
  const two = await inMemory();
  await two.mutate.tally.open({ tally: 'c' }).accepted;
  expect([...hub.hub.status.rows.keysOf('b'), ...hub.hub.status.rows.keysOf('c')]).toEqual([
    'tally/b',
    'tally/c',
  ]);
  expect(two.identity.device).not.toBe(one.identity.device);
});

it('becomes ten when one image is on ten tablets [scenario 67]', { timeout: 30_000 }, async () => {
  const names = Array.from({ length: 9 }, (_, index) => `image${index}`);
  for (const name of names) cpSync(fileOf('one'), fileOf(name));
  const original = await opened('one');
  await add(original, 1).accepted;
  const given: Given[] = [];
  for (const [index, name] of names.entries()) {
    const copy = await opened(name);
    const became = becameItself(copy);
    given.push(add(copy, index + 2));
    await became;
  }
  for (const { accepted } of given) expect(await accepted).toMatchObject({ outcome: 'ok' });
  expect(steps()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Set(clients.map(({ identity }) => identity.device)).size).toBe(10);
  const letters = devices().map((record) => (record as { letter: string }).letter);
  expect(new Set(letters).size).toBe(10);
});

it('has the letter that the hub gave it when two copies were promised the same [scenario 67]', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  cpSync(fileOf('one'), fileOf('three'));
  await add(await opened('one'), 1).accepted;
  const bothDenied = Promise.withResolvers<void>();
  const promised: string[] = [];
  const copies: TallyClient[] = [];
  for (const name of ['two', 'three']) {
    const storage = openFileStorage(fileOf(name));
    const denied = Promise.withResolvers<void>();
    const beside: ClientStorage['beside'] = async (identity, image) => {
      promised.push(identity.letter);
      denied.resolve();
      if (promised.length === 2) bothDenied.resolve();
      await bothDenied.promise;
      return storage.beside!(identity, image);
    };
    const copy = await opened(name, { ...storage, beside });
    add(copy, 10);
    copies.push(copy);
    await denied.promise;
  }
  for (const copy of copies) await add(copy, 100).accepted;
  expect(promised).toEqual(['B', 'B']);
  for (const { identity } of copies) {
    const record = hub.hub.status.rows.find(`device/${identity.device}`);
    expect(record?.body['letter']).toBe(identity.letter);
  }
  expect(copies.map(({ identity }) => identity.letter).toSorted()).toEqual(['B', 'C']);
});

it('brings back all it ever had answered, also as another, when the hub lost it [scenario 10] [scenario 63]', async () => {
  const before = await opened('one');
  await add(before, 1).accepted;
  await before.close();
  cpSync(fileOf('one'), fileOf('two'));
  const one = await opened('one');
  await add(one, 10).accepted;
  const two = await opened('two');
  await add(two, 100).accepted;
  expect(steps()).toEqual([1, 10, 100]);
  await one.close();

  await putBackOlder(two);
  await hub.hub.give('gone', 'device.revoke', { device: one.identity.device });
  expect(await add(two, 1_000).accepted).toMatchObject({ outcome: 'ok' });
  expect(steps()).toEqual([1, 100, 1_000]);
  expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(1_101);
  expect(two.get('tally/a')).toMatchObject({ value: 1_101 });
});

it.each([
  ['', false],
  [', in an older epoch', true],
])('shows nothing twice before the hub has heard what was answered%s', async (_, isOlder) => {
  const before = await opened('one');
  await add(before, 1).accepted;
  if (isOlder) await putBackOlder(before);
  await add(before, 10).accepted;
  await before.close();
  cpSync(fileOf('one'), fileOf('two'));
  await add(await opened('one'), 100).accepted;
  const storage = openFileStorage(fileOf('two'));
  const caughtUp = Promise.withResolvers<void>();
  const beside: ClientStorage['beside'] = async (identity, image) => {
    const fresh = await storage.beside!(identity, image);
    const journal: FileStorage['journal'] = (after, limit) => {
      hub.deafen(true);
      return fresh.journal(after, limit);
    };
    const save: FileStorage['save'] = async (change) => {
      await fresh.save(change);
      if (change.at!.seq > image.at!.seq) caughtUp.resolve();
    };
    return { ...fresh, journal, save };
  };
  const two = await opened('two', { ...storage, beside });
  const values = valuesOf(two);
  add(two, 1_000);
  await caughtUp.promise;
  expect(two.get('tally/a')).toMatchObject({ value: 1_111 });
  await two.close();

  const again = await opened('two');
  expect(again.get('tally/a')).toMatchObject({ value: 1_111 });
  values.push(...valuesOf(again));
  hub.deafen(false);
  await add(again, 10_000).accepted;
  const honest = [11, 111, 1_011, 1_111, 11_111];
  expect(values.filter((value) => !honest.includes(Number(value)))).toEqual([]);
  expect(steps()).toEqual([1, 10, 100, 1_000, 10_000]);
  expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(11_111);
});

it('goes on as what it was when its storage cannot be read for a moment', async () => {
  cpSync(fileOf('one'), fileOf('two'));
  await add(await opened('one'), 1).accepted;
  const storage = openFileStorage(fileOf('two'));
  let loads = 0;
  const load = (): ReturnType<FileStorage['load']> => {
    loads += 1;
    return loads === 2 ? Promise.reject(new Error('The disk is slow.')) : storage.load();
  };
  const two = await opened('two', { ...storage, load });
  const { device } = two.identity;
  await add(two, 10).saved;
  await isIn(two, 'denied');
  two.nudge();
  await isIn(two, 'connected');
  expect(two.identity.device).toBe(device);
  await add(two, 100).saved;
  await two.close();
  await add(await opened('two'), 1_000).accepted;
  expect(steps()).toEqual([1, 10, 100, 1_000]);
});
