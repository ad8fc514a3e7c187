import { expect, it } from 'vitest';

import { openPace } from './pace.ts';

it('reads 4,000 frames at once and 200 a second after them', () => {
  const pace = openPace(50);
  const count = (frames: number, nowMs: number): number => {
    for (let frame = 0; frame < frames; frame += 1) pace.count(80, nowMs);
    return pace.waitMs(nowMs);
  };
  expect(count(4_000, 0)).toBe(0);
  expect(count(1, 0)).toBe(5);
  expect(count(1, 5)).toBe(5);
  expect(count(200, 1_010)).toBe(0);
  expect(count(200, 1_010)).toBe(1_000);
});

it('takes a long frame for as many as it has pieces of 8 KiB', () => {
  const pace = openPace(50);
  const journalFrames = 256;
  for (let frame = 0; frame < journalFrames; frame += 1) pace.count(256 * 1_024, 0);
  expect(pace.waitMs(0)).toBe((journalFrames * 32 - 4_000) * 5);
});
