// Runs many histories for a test, and says how to see a failing one again.

import { type Counters, addCounts, noCounts } from './counters.ts';
import { type Swarm, generalSwarm, planOf } from './plan.ts';
import { runHistory } from './world.ts';

/** The sum of what happened. Throws at the first history that breaks an invariant. */
export function runHistories(from: number, count: number, swarm: Swarm = generalSwarm): Counters {
  const sum = noCounts();
  for (let seed = from; seed < from + count; seed += 1) {
    const { failure, counters } = runHistory(planOf(seed, swarm));
    if (failure !== undefined) {
      const again = `npm run simulate -- --swarm ${swarm.name} --from ${seed} --seeds 1`;
      throw new Error(`${failure.message}\nSee it again: ${again}`);
    }
    addCounts(sum, counters);
  }
  return sum;
}
