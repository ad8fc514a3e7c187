import { expect, it } from 'vitest';

import { betweenTriesMs, rememberWrongTries } from './wrong-tries.ts';

it('lets an address wait a second, and no other', () => {
  let nowMs = 5_000;
  const tries = rememberWrongTries(() => nowMs);
  tries.add('a');
  expect([tries.isTooSoon('a'), tries.isTooSoon('b')]).toEqual([true, false]);
  nowMs += betweenTriesMs;
  expect(tries.isTooSoon('a')).toBe(false);
});

it('remembers a thousand addresses and forgets those before', () => {
  const tries = rememberWrongTries(() => 0);
  for (let host = 0; host < 5_000; host += 1) tries.add(`host-${host}`);
  const remembered = Array.from({ length: 5_000 }, (_, host) => tries.isTooSoon(`host-${host}`));
  expect(remembered.filter(Boolean)).toHaveLength(1_024);
  expect(remembered.at(-1)).toBe(true);
});
