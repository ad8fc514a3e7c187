// What the hub's own parts may rely on when they give a command.

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openStandingDoor } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;
beforeEach(async () => {
  door = await openStandingDoor();
});
afterEach(() => door.close());

it('says over HTTP that the hub stopped, to whoever asked it to write something down', async () => {
  const till = await door.letIn('entry', 'Till');
  await door.engine.running.stop();
  const path = `/devices/${till.device}/rename`;
  const { status, body } = await door.asBox({ method: 'POST', path, body: { name: 'Bar' } });
  expect([status, body['code']]).toEqual([503, 'HUB_STOPPED']);
});

it('answers everybody who gives the same act while it is under way', async () => {
  const args = { item: 'soup', version: 'v1', name: 'Soup', station: null, priceMinor: 1 };
  const give = () => door.engine.running.give('put:soup', 'menu.put', { ...args, choices: {} });
  const both = await Promise.all([give(), give()]);
  expect(both.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(door.logIds().filter((id) => id === 'put:soup')).toHaveLength(1);
});
