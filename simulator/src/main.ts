// `npm run simulate -- --seeds 500`: runs that many histories, and says how to see a failure again.

import { addCounts, noCounts } from './counters.ts';
import { type Asked, readFlags } from './flags.ts';
import { planOf } from './plan.ts';
import { shrink } from './shrink.ts';
import { type Outcome, runHistory } from './world.ts';

const asked = readFlags(process.argv.slice(2), process.env);
if ('help' in asked) console.log(asked.help);
else if ('wrong' in asked) {
  console.error(asked.wrong);
  process.exitCode = 2;
} else if (!simulate(asked)) process.exitCode = 1;

/** Stops at the first history that breaks something. */
function simulate({ first, count, swarm, isShrunk, isJson }: Asked): boolean {
  const sum = noCounts();
  for (let seed = first; seed < first + count; seed += 1) {
    const plan = planOf(seed, swarm);
    const result = runHistory(plan);
    addCounts(sum, result.counters);
    const { failure } = result;
    if (failure === undefined) continue;
    if (isJson) {
      const { invariant, message } = failure;
      const seeds = seed - first + 1;
      console.log(JSON.stringify({ failed: true, seed, seeds, invariant, message }));
    } else report(seed, swarm.name, result, isShrunk ? shrink(plan, failure.invariant) : undefined);
    return false;
  }
  if (isJson) console.log(JSON.stringify({ failed: false, seeds: count, counters: sum }));
  else {
    console.log(`${count} histories of the swarm "${swarm.name}", every one in order.`);
    console.table(sum);
    console.log('`npm run simulate -- --help` says what each of these counts.');
  }
  return true;
}

function report(
  seed: number,
  swarm: string,
  { trace, failure }: Outcome,
  small: ReturnType<typeof shrink> | undefined,
): void {
  console.log(trace.join('\n'));
  console.log(`\nseed ${seed} breaks ${failure!.message}`);
  if (small !== undefined) {
    console.log(`\n${small.happenings.length} happenings are enough:`);
    for (const happening of small.happenings) console.log(JSON.stringify(happening));
    console.log(runHistory(small).trace.join('\n'));
  }
  console.log(`\nnpm run simulate -- --swarm ${swarm} --from ${seed} --seeds 1`);
}
