import { expect, it } from 'vitest';

import { runKillRounds } from './kill-rounds.ts';

const kills = 10;

it(`loses nothing and does nothing twice when the hub is killed ${kills} times under load [scenario 11]`, async () => {
  const report = await runKillRounds(kills, 11);
  expect(report.findings).toEqual([]);
  expect(report.attention).toEqual([]);
  expect(report.killsWithUnanswered).toBe(kills);
  expect(report.accepted).toBeGreaterThan(kills);
}, 120_000);
