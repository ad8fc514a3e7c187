import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { type Client, openClient } from './client.ts';
import { createMemoryStorage } from './storage/memory.ts';
import { type TallyCommands, tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

type TallyClient = Client<TallyCommands>;

let hub: TinyHub;
const clients: TallyClient[] = [];

beforeEach(async () => {
  hub = await startTinyHub(tallyDomain);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await hub.stop();
});

async function paired(role: string): Promise<TallyClient> {
  const client = await openClient<TallyCommands>({
    domain: tallyDomain,
    identity: await hub.pair(role),
    storage: createMemoryStorage(),
    hub: hub.address,
    WebSocket,
    build: 'test',
  });
  clients.push(client);
  return client;
}

/** Settles when what the client says of a tally is `expected`. */
function says(client: TallyClient, tally: string, expected: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.watch(
      ({ get, isUnknownToHub }) => {
        const value = JSON.stringify(get(`tally/${tally}`)?.['value']) ?? 'undefined';
        return isUnknownToHub(`tally/${tally}`) ? `${value}, unknown to the hub` : value;
      },
      (now) => {
        if (now === expected) resolve(stop());
      },
    );
  });
}

it('goes on showing what the hub lost, with a mark, until a person lets it go [scenario 63]', async () => {
  const [kitchen, broken] = [await paired('till'), await paired('waiter')];
  const old = hub.store.clone();
  await broken.mutate.tally.open({ tally: 'a' }).accepted;
  await says(kitchen, 'a', '0');
  await broken.close();
  await hub.kill();

  hub = await startTinyHub(tallyDomain, { store: old, port: hub.port });
  const shown = says(kitchen, 'a', '0, unknown to the hub');
  kitchen.nudge();
  await untilNewEpoch();
  await hub.hub.give('over', 'epoch.recovered', { epoch: hub.hub.status.at.epoch.id });
  kitchen.nudge();
  await shown;
  expect(kitchen.keys('a')).toEqual(['tally/a']);
  expect([...kitchen.rows()].map(({ key }) => key)).toEqual(['tally/a']);
  expect([...kitchen.confirmed.rows]).toEqual([]);
  expect(kitchen.mutate.tally.add({ tally: 'a', by: 1 }).refused?.code).toBe('UNKNOWN');

  const gone = says(kitchen, 'a', 'undefined');
  kitchen.letGo('tally/a');
  await gone;
  expect(kitchen.keys('a')).toEqual([]);
});

/** The hub learns from the kitchen that it went back in time. */
async function untilNewEpoch(): Promise<void> {
  while (hub.hub.status.at.epoch.number === 1) {
    await new Promise(setImmediate);
  }
}
