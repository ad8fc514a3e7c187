// `npm run simulate -- --seeds 500`: runs that many histories, and says how to see a failure again.

import { parseArgs } from 'node:util';
import { addCounts, noCounts } from './counters.ts';
import { planOf } from './plan.ts';
import { shrink } from './shrink.ts';
import { swarmNamed } from './swarms.ts';
import { runHistory } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    swarm: { type: 'string', default: 'general' },
    shrink: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const first = Number(values.from);
const count = Number(values.seeds);
const swarm = swarmNamed(values.swarm);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  console.error('--seeds and --from take whole numbers, --seeds at least 1.');
  process.exit(2);
}
if (swarm === undefined) {
  console.error(`There is no swarm "${values.swarm}".`);
  process.exit(2);
}

const sum = noCounts();
for (let seed = first; seed < first + count; seed += 1) {
  const plan = planOf(seed, swarm);
  const result = runHistory(plan);
  addCounts(sum, result.counters);
  if (result.failure === undefined) continue;
  if (values.json) {
    const { invariant, message } = result.failure;
    console.log(
      JSON.stringify({ failed: true, seed, seeds: seed - first + 1, invariant, message }),
    );
    process.exit(1);
  }
  console.log(result.trace.join('\n'));
  console.log(`\nseed ${seed} breaks ${result.failure.message}`);
  if (values.shrink) {
    const small = shrink(plan, result.failure.invariant);
    console.log(`\n${small.happenings.length} of ${plan.happenings.length} happenings are enough:`);
    for (const happening of small.happenings) console.log(JSON.stringify(happening));
    console.log(runHistory(small).trace.join('\n'));
  }
  console.log(`\nnpm run simulate -- --swarm ${swarm.name} --from ${seed} --seeds 1`);
  process.exit(1);
}
if (values.json) console.log(JSON.stringify({ failed: false, seeds: count, counters: sum }));
else {
  console.log(`${count} histories of the swarm "${swarm.name}", every one in order.`);
  console.table(sum);
}
