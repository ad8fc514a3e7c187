// A device that a manager renames, gives another role, puts away or shuts out: what it shows, and what
// its file says of it at the next start.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { type Client, type ClientOptions, openClient } from './client.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { newId } from './ids.ts';
import { createFileStorage, openFileStorage } from './storage/file.ts';
import { type TallyCommands, tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

let folder: string;
let hub: TinyHub;
let client: Client<TallyCommands>;

const file = (): string => path.join(folder, 'device');
function open(storage: ReturnType<typeof openFileStorage>): Promise<Client<TallyCommands>> {
  const { identity } = storage;
  const options: ClientOptions = {
    domain: tallyDomain,
    identity,
    storage,
    hub: hub.address,
    WebSocket,
    build: '7',
  };
  return openClient<TallyCommands>(options);
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-kept-out-'));
  hub = await startTinyHub(tallyDomain);
  client = await open(createFileStorage(file(), await hub.pair('waiter')));
  await until(({ isLive }) => isLive);
});
afterEach(async () => {
  await client.close();
  await hub.stop();
  rmSync(folder, { recursive: true });
});

/** A promise of what the hub says; `nudge` instead of waiting for seconds. */
async function until(isReached: (connection: ConnectionStatus) => boolean): Promise<void> {
  while (!isReached(client.connection)) {
    client.nudge();
    await new Promise(setImmediate);
  }
}

function manage(act: string, args: object = {}): Promise<unknown> {
  return hub.hub.give(newId(), act, { device: client.identity.device, ...args });
}

/** The device is switched off and on again while there is no hub. */
async function restartAlone(): Promise<void> {
  await client.close();
  await hub.stop();
  client = await open(openFileStorage(file()));
}

it('says why a manager put it away, keeps what it holds and delivers what is new [H6] [E3]', async () => {
  await client.mutate.tally.open({ tally: 'a' }).accepted;
  await manage('device.retire');
  await until(({ state }) => state === 'denied');
  expect(client.connection).toMatchObject({
    isLive: false,
    denial: { code: 'RETIRED', message: expect.stringMatching(/put this device away/) as string },
  });
  const late = client.mutate.tally.add({ tally: 'a', by: 5 });
  expect(client.get('tally/a')).toMatchObject({ value: 5 });
  expect(await late.accepted).toMatchObject({ outcome: 'ok' });
  expect(hub.hub.status.rows.find('tally/a')?.body['value']).toBe(5);
  expect(client.connection.denial?.code).toBe('RETIRED');
});

it('says that it was shut out, also when that happened while it was off [H6] [E5]', async () => {
  await client.close();
  await manage('device.revoke');
  client = await open(openFileStorage(file()));
  const held = client.mutate.tally.open({ tally: 'a' });
  await until(({ state }) => state === 'denied');
  expect(client.connection.denial).toMatchObject({
    code: 'REVOKED',
    message: expect.stringMatching(/shut this device out.*Pair it anew/) as string,
  });
  expect(await held.accepted).toMatchObject({ outcome: 'deferred', code: 'REVOKED' });
  expect(client.connection.state).toBe('denied');
});

it('has the role and name that managers gave it in its file, over a start without a hub [E2]', async () => {
  await manage('device.rename', { name: 'Counter' });
  await manage('device.changeRole', { role: 'till' });
  await until(({ isLive }) => isLive && client.identity.role === 'till');
  await restartAlone();
  expect(client.identity).toMatchObject({ name: 'Counter', role: 'till' });
  await client.give('till.count', { till: 't', minor: 5 }).saved;
  expect(client.get('till/t')).toEqual({ minor: 5 });
});
