import { commandTable, createShop } from '@pos-sync/shop';
import { expect, it } from 'vitest';

import { deviceRoles, whyNotThisName } from './wanted.ts';

it.each(['Till', 'Küche 2', 'テーブル 4', '👩‍🍳', 'x'.repeat(64), '🍕'.repeat(64)])(
  'takes the name %j',
  (name) => {
    expect(whyNotThisName(name)).toBeUndefined();
  },
);

it.each([
  ['', /people can see/],
  ['   ', /people can see/],
  ['\t\n', /people can see/],
  ['\u200B\u00AD', /people can see/],
  ['Till\n2', /one line/],
  ['Till\u0000', /one line/],
  ['Till\u2028', /one line/],
  ['Till\uD83C', /one line/],
  ['x'.repeat(65), /at most 64 characters; this one has 65/],
])('says what is wrong with the name %j', (name, sentence) => {
  expect(whyNotThisName(name)).toMatch(sentence);
});

it('knows the roles of the shop, and not the hub’s own', () => {
  const shop = createShop({ timeZone: 'UTC', cutOffHour: 4 });
  expect(deviceRoles.filter((role) => shop.viewOf(role) === undefined)).toEqual([]);
  const inTable = new Set(commandTable.flatMap(({ roles }) => roles));
  inTable.delete('hub');
  const unknown = [...inTable].filter((role) => !deviceRoles.some((known) => known === role));
  expect(unknown).toEqual([]);
  expect(deviceRoles).not.toContain('hub');
});
