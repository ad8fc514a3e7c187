import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

import { checkCode } from './check-code.ts';
import { type Client, type ClientOptions, openClient } from './client.ts';
import { ClientError } from './client-error.ts';
import type { Moved } from './command-book.ts';
import { type Identity, signerOf } from './identity.ts';
import type { Given } from './mutate.ts';
import { createFileStorage, openFileStorage } from './storage/file.ts';
import { createMemoryStorage } from './storage/memory.ts';
import { forgettingClose } from './testing/forgetting-close.ts';
import { type TallyCommands, tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

type TallyClient = Client<TallyCommands>;

let hub: TinyHub;
const clients: TallyClient[] = [];
const unheard = vi.fn<(reason: unknown) => void>();

beforeEach(async () => {
  unheard.mockReset();
  process.on('unhandledRejection', unheard);
  hub = await startTinyHub(tallyDomain);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await hub.stop();
  process.off('unhandledRejection', unheard);
  if (unheard.mock.calls.length > 0) throw new Error('a rejection was heard by nobody');
});

async function opened(identity: Identity, more: Partial<ClientOptions> = {}): Promise<TallyClient> {
  const client = await openClient<TallyCommands>({
    domain: tallyDomain,
    identity,
    storage: createMemoryStorage(),
    hub: hub.address,
    WebSocket,
    build: 'test',
    ...more,
  });
  clients.push(client);
  return client;
}

const device = async (role = 'waiter'): Promise<TallyClient> => opened(await hub.pair(role));

/** Settles when `isTrue` holds for the client's connection. */
function connected(client: TallyClient, state = 'connected'): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.watchConnection((now) => {
      if (now.state === state && (state !== 'connected' || now.isLive)) resolve(stop());
    });
  });
}

/** Settles when the tally shows `value`. */
function shows(client: TallyClient, tally: string, value: number): Promise<void> {
  return new Promise((resolve) => {
    client.watch(
      (reader) => reader.get(`tally/${tally}`)?.['value'],
      (now) => {
        if (now === value) resolve();
      },
    );
  });
}

const valueOf = (client: TallyClient, tally: string): unknown =>
  client.get(`tally/${tally}`)?.['value'];

describe('giving commands', () => {
  it('shows the effect at once, then saves, then hears that the hub has it', async () => {
    const client = await device();
    const { refused, saved } = client.mutate.tally.open({ tally: 'a' });
    const given = client.mutate.tally.add({ tally: 'a', by: 3 });
    expect(refused).toBeUndefined();
    expect(valueOf(client, 'a')).toBe(3);
    expect(client.status('a')).toMatchObject({ state: 'saving', onlyHere: 2 });
    await saved;
    await given.saved;
    expect(client.status('a')).toMatchObject({ state: 'saved', onlyHere: 2 });
    expect(client.connection.waiting).toBe(2);
    expect(await given.accepted).toMatchObject({ outcome: 'ok', day: '2026-11-22' });
    expect(client.status('a')).toMatchObject({ state: 'accepted', onlyHere: 0 });
    expect(client.connection.waiting).toBe(0);
  });

  it('reaches the other devices', async () => {
    const [one, other] = [await device(), await device('till')];
    one.mutate.tally.open({ tally: 'a' });
    one.mutate.tally.add({ tally: 'a', by: 3 });
    await shows(other, 'a', 3);
    other.mutate.tally.add({ tally: 'a', by: 4 });
    await shows(one, 'a', 7);
    expect(one.keys('a')).toEqual(other.keys('a'));
  });

  it('saves nothing of an intent that is refused here', async () => {
    const storage = createMemoryStorage();
    const client = await opened(await hub.pair('waiter'), { storage });
    const given = client.mutate.tally.add({ tally: 'nowhere', by: 1 });
    expect(given.refused).toEqual({ code: 'UNKNOWN', message: 'There is no nowhere.' });
    await expect(given.saved).rejects.toThrow('There is no nowhere.');
    await expect(given.accepted).rejects.toMatchObject({ code: 'UNKNOWN' });
    expect((await storage.load()).outbox).toEqual([]);
    expect(client.status('nowhere').state).toBe('accepted');
  });

  it('refuses args that do not fit, and leaves an unheard refusal in peace', async () => {
    const client = await device();
    const given = client.give('tally.add', { tally: 7 });
    expect(given.refused?.code).toBe('BAD_COMMAND');
    const { refused } = client.give('tally.ad', {});
    expect(refused?.code).toBe('UNKNOWN_COMMAND');
    expect(refused?.message).toContain('no command "tally.ad". The nearest it has: tally.add,');
    const untyped = client.give as (name: unknown, args?: unknown) => Given;
    for (const [name, args] of [['tally.open'], ['tally.open', 5n], [undefined, {}], [unheard]]) {
      const bad = untyped(name, args);
      expect(bad.refused).toMatchObject({ code: 'BAD_COMMAND' });
      await expect(bad.saved).rejects.toBeInstanceOf(ClientError);
    }
    await new Promise(setImmediate);
    expect(unheard).not.toHaveBeenCalled();
  });

  it('keeps a command as it was given, whatever the caller does to its object', async () => {
    const [client, other] = [await device(), await device()];
    client.mutate.tally.open({ tally: 'a' });
    const args = { tally: 'a', by: 1 };
    client.mutate.tally.add(args);
    args.by = 100;
    client.mutate.tally.add({ tally: 'a', by: 1 });
    expect(valueOf(client, 'a')).toBe(2);
    await shows(other, 'a', 2);
  });

  it('takes back what could not be saved, and says so', async () => {
    const storage = createMemoryStorage();
    const full = { ...storage, append: () => Promise.reject(new Error('The disk is full.')) };
    const client = await opened(await hub.pair('waiter'), { storage: full });
    const given = client.mutate.tally.open({ tally: 'a' });
    await expect(given.saved).rejects.toMatchObject({ code: 'NOT_SAVED' });
    await expect(given.accepted).rejects.toThrow('The disk is full.');
    expect(client.get('tally/a')).toBeUndefined();
    expect(client.status('a').problems).toMatchObject([{ id: given.id, what: 'notSaved' }]);
    client.dismiss(given.id);
    expect(client.status('a').state).toBe('accepted');
  });
});

describe('outcomes that need people', () => {
  it('tells who was overtaken by somebody else', async () => {
    const [identity, fast] = [await hub.pair('waiter'), await device()];
    await fast.mutate.tally.open({ tally: 'a' }).accepted;
    const storage = createMemoryStorage();
    const before = await opened(identity, { storage: forgettingClose(storage) });
    await connected(before);
    const left = await hub.kill();
    const { id, saved } = before.mutate.tally.add({ tally: 'a', by: 5 });
    await saved;
    await before.close();
    hub = await startTinyHub(tallyDomain, { store: left, port: hub.port });
    fast.nudge();
    await fast.mutate.tally.close({ tally: 'a' }).accepted;

    const slow = await opened(identity, { storage });
    expect(valueOf(slow, 'a')).toBe(5);
    await new Promise<void>((resolve) => {
      slow.onMoved(({ status }) => (status.at === 'answered' ? resolve() : undefined));
    });
    const { problems, ...status } = slow.status('a');
    expect(status).toMatchObject({ state: 'needsAttention', onlyHere: 0, rejected: 1 });
    expect(problems).toMatchObject([{ id, what: 'rejected', message: 'a is closed.' }]);
    expect(valueOf(slow, 'a')).toBe(0);
    slow.dismiss(id);
    expect(slow.status('a')).toMatchObject({ state: 'accepted', rejected: 0 });
  });

  it('hears by onMoved how a deferred command ended', async () => {
    const client = await device();
    const moved: Moved[] = [];
    client.onMoved((one) => moved.push(one));
    const given = client.mutate.till.count({ till: 'front', minor: 100 });
    expect(await given.accepted).toMatchObject({ outcome: 'deferred' });
    expect(client.status('front')).toMatchObject({ state: 'needsAttention', deferred: 1 });
    client.dismiss(given.id);
    expect(client.status('front').deferred).toBe(1);
    const settled = new Promise<Moved>((resolve) => {
      client.onMoved(resolve);
    });
    await hub.hub.give('decide', 'deferred.decide', { id: given.id, apply: false });
    expect(await settled).toMatchObject({
      id: given.id,
      subject: 'front',
      status: { at: 'answered', answered: { outcome: 'rejected' } },
    });
    expect(client.status('front')).toMatchObject({ deferred: 0, rejected: 1 });
    expect(moved.map(({ status }) => status.at)).toEqual([
      'saving',
      'saved',
      'answered',
      'answered',
    ]);
  });
});

describe('watching', () => {
  it('runs again only what read something that changed, and tells only what differs', async () => {
    const client = await device();
    for (const tally of ['a', 'b']) client.mutate.tally.open({ tally });
    const ran = { a: 0, parity: 0, steps: 0 };
    const heard: unknown[] = [];
    const stop = client.watch(
      (reader) => ((ran.a += 1), reader.get('tally/a')),
      (row) => heard.push(row?.['value']),
    );
    client.watch(
      (reader) => (
        (ran.parity += 1),
        { isEven: Number(reader.get('tally/a')?.['value']) % 2 === 0 }
      ),
      ({ isEven }) => heard.push(isEven),
    );
    client.watch(
      (reader) => ((ran.steps += 1), reader.keys('b').length),
      (count) => heard.push(`${count} of b`),
    );
    await Promise.resolve();
    expect(heard.splice(0)).toEqual([0, true, '1 of b']);
    Object.assign(ran, { a: 0, parity: 0, steps: 0 });

    client.mutate.tally.add({ tally: 'a', by: 2 });
    client.mutate.tally.add({ tally: 'a', by: 2 });
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard.splice(0)).toEqual([4]);
    expect(ran).toEqual({ a: 1, parity: 1, steps: 0 });

    const last = client.mutate.tally.add({ tally: 'b', by: 1 });
    await Promise.resolve();
    expect(heard.splice(0)).toEqual(['2 of b']);
    expect(ran).toEqual({ a: 1, parity: 1, steps: 1 });

    stop();
    client.mutate.tally.add({ tally: 'a', by: 1 });
    await Promise.resolve();
    expect(heard.splice(0)).toEqual([false]);
    await last.accepted;
    await shows(client, 'b', 1);
    expect(heard).toEqual([]);
  });

  it('lets a listener give commands', async () => {
    const client = await device();
    client.mutate.tally.open({ tally: 'a' });
    client.watch(
      ({ get }) => get('tally/a')?.['value'],
      (now) => {
        if (now === 1) client.mutate.tally.add({ tally: 'a', by: 1 });
      },
    );
    const seen = shows(client, 'a', 2);
    client.mutate.tally.add({ tally: 'a', by: 1 });
    await seen;
  });

  it('tells how far the commands about a subject have come', async () => {
    const client = await device();
    const states: string[] = [];
    const accepted = new Promise<void>((resolve) => {
      client.watchStatus('a', ({ state, onlyHere }) => {
        states.push(`${state} ${onlyHere}`);
        if (states.length > 1 && state === 'accepted') resolve();
      });
    });
    await Promise.resolve();
    client.mutate.tally.open({ tally: 'a' });
    client.mutate.tally.open({ tally: 'b' });
    await accepted;
    expect(states).toEqual(['accepted 0', 'saving 1', 'saved 1', 'accepted 0']);
  });
});

describe('a hub that is away', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-client-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 3 }));

  it('goes on alone, is opened again from its file, and delivers once', async () => {
    const identity = await hub.pair('waiter');
    const left = await hub.kill();
    const file = path.join(folder, 'device');
    const first = await opened(identity, { storage: createFileStorage(file, identity) });
    first.mutate.tally.open({ tally: 'a' });
    const { saved, accepted } = first.mutate.tally.add({ tally: 'a', by: 3 });
    await saved;
    expect(first.connection).toMatchObject({ state: 'alone', isLive: false, waiting: 2 });
    await first.close();
    await expect(accepted).rejects.toMatchObject({ code: 'CLOSED' });

    const again = await opened(identity, { storage: openFileStorage(file, identity) });
    expect(valueOf(again, 'a')).toBe(3);
    expect(again.status('a')).toMatchObject({ state: 'saved', onlyHere: 2 });
    hub = await startTinyHub(tallyDomain, { store: left, port: hub.port });
    const other = await device();
    again.nudge();
    await shows(other, 'a', 3);
    await connected(again);
    await vi.waitUntil(() => again.status('a').state === 'accepted');
    expect(other.keys('a')).toEqual(again.keys('a'));
  });

  it('delivers once what was killed between saved and outcome', async () => {
    const identity = await hub.pair('waiter');
    const file = path.join(folder, 'device');
    const storage = createFileStorage(file, identity);
    const first = await opened(identity, { storage });
    await connected(first);
    first.mutate.tally.open({ tally: 'a' });
    await shows(await device(), 'a', 0);
    hub.mute(true);
    await first.mutate.tally.add({ tally: 'a', by: 3 }).saved;
    await vi.waitUntil(() => hub.hub.status.rows.find('tally/a')?.body['value'] === 3);
    // The process ends here: what follows of the first client reaches neither disk nor hub.
    await storage.close();
    hub.mute(false);
    const again = await opened(identity, { storage: openFileStorage(file, identity) });
    expect(again.status('a').onlyHere).toBeGreaterThan(0);
    await connected(again);
    await vi.waitUntil(() => again.status('a').state === 'accepted');
    expect(valueOf(again, 'a')).toBe(3);
    expect(again.keys('a').filter((key) => key.startsWith('step/'))).toHaveLength(1);
    expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(3);
  });

  it('connects again by itself after the hub was killed and started again', async () => {
    const client = await device();
    await client.mutate.tally.open({ tally: 'a' }).accepted;
    const left = await hub.kill();
    await connected(client, 'alone');
    const { accepted } = client.mutate.tally.add({ tally: 'a', by: 2 });
    expect(valueOf(client, 'a')).toBe(2);
    hub = await startTinyHub(tallyDomain, { store: left, port: hub.port });
    expect(await accepted).toMatchObject({ outcome: 'ok' });
    expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(2);
  });

  it('tries its addresses in turn', async () => {
    const identity = await hub.pair('waiter');
    const client = await opened(identity, { hub: ['http://127.0.0.1:9', hub.address] });
    await connected(client);
    expect(client.connection.lastHeardMs).toBeGreaterThan(Date.now() - 60_000);
    expect(Math.abs(client.hubTimeMs() - Date.now())).toBeLessThan(5_000);
  });
});

describe('being refused', () => {
  it('shows why the hub refused, and keeps what is saved', async () => {
    const stranger = { ...(await hub.pair('waiter')), device: 'nobody' };
    const client = await opened(stranger);
    await client.mutate.tally.open({ tally: 'a' }).saved;
    await connected(client, 'asksToBeLetIn');
    expect(client.connection).toMatchObject({
      state: 'asksToBeLetIn',
      checkCode: checkCode(signerOf(stranger.secretKey).publicKey),
      waiting: 1,
      denial: { code: 'UNKNOWN_DEVICE', message: expect.stringMatching(/Ask a manager/) as string },
    });
    expect(valueOf(client, 'a')).toBe(0);
  });

  it('opens for no role without a view and for no address that is none', async () => {
    const identity = await hub.pair('waiter');
    await expect(opened({ ...identity, role: 'cat' })).rejects.toMatchObject({ code: 'NO_VIEW' });
    await expect(opened(identity, { hub: 'the hub' })).rejects.toThrow(ClientError);
    await expect(opened(identity, { hub: [] })).rejects.toMatchObject({ code: 'NO_HUB' });
  });

  it('takes nothing once it is closing', async () => {
    const client = await device();
    await client.close();
    expect(client.mutate.tally.open({ tally: 'a' }).refused?.code).toBe('CLOSED');
    expect(client.connection.state).toBe('closed');
  });
});
