import { expect, it } from 'vitest';

import { counts } from './counts.ts';
import { runKillRounds } from './kill-rounds.ts';

const { killRounds } = counts;
const roundMs = 10_000;

it(
  `loses nothing and does nothing twice in ${killRounds} kills of the hub under load [scenario 11]`,
  async () => {
    const report = await runKillRounds(killRounds, killRounds);
    expect(report.findings).toEqual([]);
    expect(report.attention).toEqual([]);
    expect(report.killsWithUnanswered).toBe(killRounds);
    // Some kills fell between the commit and the answer: the hub had to answer from its log.
    if (killRounds >= 30) expect(report.committedUnheard).toBeGreaterThan(0);
  },
  60_000 + killRounds * roundMs,
);
