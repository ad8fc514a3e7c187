import { expect, it } from 'vitest';

import { openPace } from './pace.ts';

it('reads 4,000 frames at once and 200 a second after them', () => {
  const pace = openPace(50);
  for (let frame = 0; frame < 4_000; frame += 1) expect(pace.count(80, 0)).toBe(0);
  expect(pace.count(80, 0)).toBe(5);
  expect(pace.count(80, 5)).toBe(5);
  expect(pace.count(80, 1_010)).toBe(0);
});

it('takes a long frame for as many as it has KiB', () => {
  const pace = openPace(50);
  for (let frame = 0; frame < 16; frame += 1)
    expect(pace.count(256 * 1_024, 0)).toBe(Math.max(0, (frame + 1) * 1_280 - 20_000));
});

it('has every frame paid for that came in one piece with the first too many', () => {
  const pace = openPace(50);
  for (let frame = 0; frame < 4_200; frame += 1) pace.count(80, 0);
  expect(pace.count(80, 0)).toBe(1_005);
});
