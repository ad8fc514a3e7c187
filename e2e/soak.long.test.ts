import { expect, it } from 'vitest';

import { counts } from './counts.ts';
import { growth, soak } from './soak.ts';

const events = counts.soakEvents;
const days = 100;

it(
  `grows with its day and not with its age, over ${events} commands [scenario 54]`,
  async () => {
    const ended = await soak(events, days);
    expect(growth(ended)).toEqual([]);
    expect(ended.at(-1)?.events).toBeGreaterThanOrEqual(events);
  },
  60_000 + events * 2,
);
