import { expect, it } from 'vitest';

import { openBuckets } from './buckets.ts';

it('lets a burst through, then as many a second as it says, and names the wait', () => {
  let nowMs = 0;
  const take = openBuckets({ perSecond: 2, burst: 3 }, () => nowMs);
  expect([1, 2, 3, 4].map(() => take('tablet'))).toEqual([0, 0, 0, 500]);
  nowMs = 499;
  expect(take('tablet')).toBeGreaterThan(0);
  nowMs = 1_000;
  expect([1, 2].map(() => take('tablet'))).toEqual([0, 0]);
  expect(take('tablet')).toBeGreaterThan(0);
});

it('counts each one for itself', () => {
  const take = openBuckets({ perSecond: 1, burst: 1 }, () => 0);
  expect([take('one'), take('other'), take('one')]).toEqual([0, 0, 1_000]);
});

it('never holds more than it may, and still counts after many strangers', () => {
  let nowMs = 0;
  const take = openBuckets({ perSecond: 1, burst: 1 }, () => nowMs);
  for (let count = 0; count < 5_000; count += 1) take(`stranger ${count}`);
  expect(take('stranger 4999')).toBeGreaterThan(0);
  nowMs = 2_000;
  expect(take('stranger 4999')).toBe(0);
});
