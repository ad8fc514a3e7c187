// A device that the hub does not know, because an older copy of its database was put back or because
// it was never told of it, asks to be let in and keeps everything meanwhile.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { checkCode } from './check-code.ts';
import { type Client, openClient } from './client.ts';
import { signerOf } from './identity.ts';
import { newId } from './ids.ts';
import { createMemoryStorage } from './storage/memory.ts';
import { type TallyCommands, tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

type TallyClient = Client<TallyCommands>;

/** With the rows of devices in the view, as the shop's waiters have them. */
const everything = tallyDomain.views.get('everything')!;
const kinds = new Set([...everything.kinds, 'device']);
const domain = { ...tallyDomain, views: new Map([['everything', { ...everything, kinds }]]) };

let hub: TinyHub;
let client: TallyClient;

/** A hub whose history reaches back to before the device was let in, and does not know it. */
beforeEach(async () => {
  hub = await startTinyHub(domain);
  const till = await hub.pair('till');
  const older = hub.store.clone();
  const identity = await hub.pair('waiter');
  const storage = createMemoryStorage();
  const options = { domain, identity, storage, hub: hub.address, WebSocket, build: '7' };
  client = await openClient<TallyCommands>(options);
  await client.mutate.tally.open({ tally: 'a' }).accepted;
  await client.mutate.tally.add({ tally: 'a', by: 1 }).accepted;
  await hub.kill();
  hub = await startTinyHub(domain, { store: older, port: hub.port });
  // It is not waited for: all that was lost is on this device.
  await hub.hub.give(newId(), 'device.revoke', { device: till.device });
  client.nudge();
});
afterEach(async () => {
  await client.close();
  await hub.stop();
});

function isIn(wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.watchConnection(({ state }) =>
      state === wanted ? resolve(stop()) : undefined,
    );
    if (client.connection.state === wanted) resolve(stop());
  });
}

/** The hub has the device's key; it comes with the second hello. */
async function asked(): Promise<void> {
  await isIn('asksToBeLetIn');
  while (hub.hub.knocks.length === 0) {
    client.nudge();
    await new Promise(setImmediate);
  }
}

async function approve(name: string, role: string): Promise<void> {
  const { device, publicKey } = hub.hub.knocks[0]!;
  await hub.hub.give(newId(), 'device.pair', { device, publicKey, name, role });
}

const valueAtTheHub = (): unknown => hub.hub.status.rows.find('tally/a')?.body['value'];

it('shows the code under which a manager finds it, and goes on taking orders [E7] [scenario 61]', async () => {
  const { name, device, secretKey } = client.identity;
  await asked();
  const { publicKey } = signerOf(secretKey);
  expect(client.connection).toMatchObject({
    state: 'asksToBeLetIn',
    checkCode: checkCode(publicKey),
    denial: { code: 'UNKNOWN_DEVICE', message: expect.stringMatching(/manager/) as string },
  });
  expect(hub.hub.knocks).toMatchObject([{ device, publicKey, name, build: '7', answered: 2 }]);
  await client.mutate.tally.add({ tally: 'a', by: 10 }).saved;
  expect(client.get('tally/a')).toMatchObject({ value: 11 });
  expect(client.connection.waiting).toBe(1);
});

it('brings back all it has once it was let in, once, under the name and role it got [E8] [scenario 61]', async () => {
  await asked();
  const later = client.mutate.tally.add({ tally: 'a', by: 10 });
  await later.saved;
  await approve('Till 9', 'till');
  client.nudge();
  expect(await later.accepted).toMatchObject({ outcome: 'ok' });
  await isIn('connected');
  await client.mutate.tally.add({ tally: 'a', by: 100 }).accepted;
  expect(valueAtTheHub()).toBe(111);
  const steps = [...hub.hub.status.rows.values()].filter(({ key }) => key.startsWith('step/'));
  expect(steps).toHaveLength(3);
  expect(client.connection.checkCode).toBeUndefined();
  expect(hub.hub.knocks).toEqual([]);
  expect(client.identity).toMatchObject({ name: 'Till 9', role: 'till' });
});

it('may do at once what a new role may, and says who it is now [E2]', async () => {
  await asked();
  await approve('Waiter', 'waiter');
  client.nudge();
  await isIn('connected');
  expect(await client.mutate.till.count({ till: 't', minor: 5 }).accepted).toMatchObject({
    outcome: 'deferred',
  });
  await hub.hub.give(newId(), 'device.changeRole', {
    device: client.identity.device,
    role: 'till',
  });
  await new Promise<void>((resolve) => {
    const stop = client.watchConnection(({ isLive }) =>
      isLive && client.identity.role === 'till' ? resolve(stop()) : undefined,
    );
  });
  expect(await client.mutate.till.count({ till: 'u', minor: 5 }).accepted).toMatchObject({
    outcome: 'ok',
  });
  expect(client.get('till/u')).toEqual({ minor: 5 });
});

it('asks as well where it is a copy and nobody is there any more to vouch for it', async () => {
  const { identity } = client;
  await client.close();
  const { publicKey } = signerOf(identity.secretKey);
  const vouch = { former: 'lost', publicKey, signature: 'A'.repeat(86) };
  client = await openClient<TallyCommands>({
    domain,
    identity: { ...identity, device: 'copy:1', vouch },
    storage: createMemoryStorage(),
    hub: hub.address,
    WebSocket,
    build: '7',
  });
  await asked();
  expect(hub.hub.knocks.map(({ device }) => device)).toContain('copy:1');
});
