// `npm run bench`: measures the hub against what physics and habit cost, and against what was
// promised. Prints every raw row, then each bar with whether it holds. See docs/bench.md.
//
//   npm run bench -- [NAME …] [--seconds 5] [--rounds 5] [--json FILE]
//   npm run bench -- --profile [--seconds 5] [--displays 50]

import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, release } from 'node:os';

import { type Bar, exactly, printBars } from './bar.ts';
import { compare } from './compare/compare.ts';
import { type Asked, readFlags } from './flags.ts';
import { measureAway } from './measure/away.ts';
import { measureHerd } from './measure/herd.ts';
import { measureHostile } from './measure/hostile.ts';
import { measureLatency } from './measure/latency.ts';
import { measureMemory } from './measure/memory.ts';
import { measureStalled } from './measure/stalled.ts';
import { measureStart } from './measure/start.ts';
import { profileOurs } from './profile/print.ts';

interface Measured {
  readonly result: object;
  readonly bars: readonly Bar[];
}

interface Measurement {
  readonly says: string;
  readonly measure: (asked: Asked) => Promise<Measured>;
}

const measurements: Readonly<Record<string, Measurement>> = {
  compare: { says: 'CPU and speed next to two other programs', measure: measureComparison },
  latency: {
    says: 'how long an order takes to its answer and to a display',
    measure: ({ seconds }) => measureLatency(seconds * 2),
  },
  start: { says: 'how long the hub takes to start, empty and full', measure: measureStart },
  memory: {
    says: 'memory with 200 devices connected',
    measure: ({ seconds }) => measureMemory(seconds * 2),
  },
  away: { says: 'what a device gets that was away for 10,000 commands', measure: measureAway },
  herd: { says: '500 devices that come back all at once', measure: measureHerd },
  stalled: {
    says: 'what one device that does not read costs the others',
    measure: ({ seconds }) => measureStalled(seconds * 2),
  },
  hostile: {
    says: 'what an honest device feels of ten kinds of attack',
    measure: ({ seconds }) => measureHostile(seconds),
  },
};

const words = Object.entries(measurements).map(([name, { says }]) => [name, says] as const);
const asked = readFlags(process.argv.slice(2), Object.fromEntries(words), process.env);
if ('help' in asked) console.log(asked.help);
else if ('wrong' in asked) {
  console.error(asked.wrong);
  process.exitCode = 2;
} else if (asked.profile) {
  const { displays, seconds } = asked;
  await profileOurs({ displays, seconds });
} else await measureAll(asked);

async function measureAll(plan: Asked): Promise<void> {
  const machine = {
    date: new Date().toISOString(),
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    cores: availableParallelism(),
  };
  console.log(JSON.stringify(machine));
  const results: Record<string, object> = {};
  const bars: Bar[] = [];
  for (const name of plan.names) {
    console.log(`\n== ${name} (load average ${loadavg()[0]?.toFixed(2)})`);
    const measured = await measurements[name]?.measure(plan);
    if (measured === undefined) continue;
    results[name] = measured.result;
    if (name !== 'compare') console.log(JSON.stringify(measured.result));
    printBars(measured.bars);
    bars.push(...measured.bars);
  }
  if (plan.json !== undefined) {
    writeFileSync(plan.json, `${JSON.stringify({ machine, results, bars }, undefined, 2)}\n`);
  }
  // A missed bar is a finding; work that was not done right is a failure.
  process.exitCode = bars.every(({ holds, isWork }) => holds || !isWork) ? 0 : 1;
}

async function measureComparison({ rounds, seconds }: Asked): Promise<Measured> {
  // The load of the baseline: twenty entry devices with eight orders in flight each.
  const shape = { entries: 20, window: 8, seconds };
  const { rows, bars } = await compare(shape, rounds);
  const missing = rows.reduce((sum, row) => sum + (row.program === 'ours' ? row.missing : 0), 0);
  return { result: { rows }, bars: [...bars, exactly('rows missing in ours', missing, 0)] };
}
