import { expect, it } from 'vitest';

import { growth, soak } from './soak.ts';

const events = 6_000;

it(`grows with its day and not with its age, over ${events} commands [scenario 54]`, async () => {
  const days = await soak(events, 6);
  expect(growth(days)).toEqual([]);
  expect(days.at(-1)?.events).toBeGreaterThanOrEqual(events);
  expect(days.at(-1)?.rows).toBeGreaterThan(500);
});
