// What the hub's own parts may rely on when they give a command.

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openStandingDoor } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;
beforeEach(async () => {
  door = await openStandingDoor();
});
afterEach(() => door.close());

it('answers everybody who gives the same act while it is under way', async () => {
  const args = { item: 'soup', version: 'v1', name: 'Soup', station: null, priceMinor: 1 };
  const give = () => door.engine.running.give('put:soup', 'menu.put', { ...args, choices: {} });
  const both = await Promise.all([give(), give()]);
  expect(both.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(door.logIds().filter((id) => id === 'put:soup')).toHaveLength(1);
});
