import { describe, expect, it } from 'vitest';
import { generalSwarm, planOf } from './plan.ts';
import { addCounts } from './counters.ts';
import { runHistories } from './histories.ts';
import { swarmNamed } from './swarms.ts';
import { runHistory } from './world.ts';

const histories = 400;
/** What has a swarm of its own, because the seeds of the general one are pinned: who comes and goes. */
const sideSwarms = ['door', 'leaving', 'attention'];
const sideHistories = 20;
const historiesMs = 300_000;

describe('the engine under faults', () => {
  it(
    `keeps every invariant in ${histories} histories, and each kind of fault occurs`,
    () => {
      const sum = runHistories(1, histories);
      expect(sum.steps / histories).toBeGreaterThanOrEqual(200);
      for (const name of sideSwarms) {
        addCounts(sum, runHistories(1, sideHistories, swarmNamed(name)));
      }
      for (const [name, count] of Object.entries(sum)) expect(count, name).toBeGreaterThan(0);
    },
    historiesMs,
  );

  it('replays a seed to the same trace', () => {
    const plan = planOf(7, generalSwarm);
    const first = runHistory(plan);
    const second = runHistory(planOf(7, generalSwarm));
    expect(second.traceHash).toBe(first.traceHash);
    expect(second.counters).toEqual(first.counters);
  });
});
