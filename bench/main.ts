// `npm run bench`: measures the hub against what physics and habit cost, and against what was
// promised. Prints every raw row, then each bar with whether it holds. See docs/bench.md.
//
//   npm run bench -- [--seconds 5] [--rounds 5] [--only NAME] [--json FILE]
//   npm run bench -- --profile [--seconds 5] [--displays 50]

import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';

import { type Bar, exactly, printBars } from './bar.ts';
import { compare } from './compare/compare.ts';
import { measureAway } from './measure/away.ts';
import { measureHerd } from './measure/herd.ts';
import { measureLatency } from './measure/latency.ts';
import { measureMemory } from './measure/memory.ts';
import { measureStalled } from './measure/stalled.ts';
import { measureStart } from './measure/start.ts';
import { profileOurs } from './profile/print.ts';

interface Measured {
  readonly result: object;
  readonly bars: readonly Bar[];
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    displays: { type: 'string', default: '50' },
    only: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const seconds = wholeNumber('seconds', values.seconds);
const rounds = wholeNumber('rounds', values.rounds);
const displays = wholeNumber('displays', values.displays);
/** The load of the baseline: twenty entry devices with eight orders in flight each. */
const shape = { entries: 20, window: 8, seconds };

const measurements: Readonly<Record<string, () => Promise<Measured>>> = {
  compare: measureComparison,
  latency: () => measureLatency(seconds * 2),
  start: measureStart,
  memory: () => measureMemory(seconds * 2),
  away: measureAway,
  herd: measureHerd,
  stalled: () => measureStalled(seconds * 2),
};

if (values.profile) await profileOurs({ displays, seconds });
else await measureAll();

async function measureAll(): Promise<void> {
  const names = Object.keys(measurements);
  const { only } = values;
  if (only !== undefined && !names.includes(only)) {
    console.error(`There is no measurement "${only}": write ${names.join(', ')}.`);
    process.exit(2);
  }
  const machine = {
    date: new Date().toISOString(),
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    cores: availableParallelism(),
  };
  console.log(JSON.stringify(machine));
  const results: Record<string, object> = {};
  const bars: Bar[] = [];
  for (const name of only === undefined ? names : [only]) {
    console.log(`\n== ${name} (load average ${loadavg()[0]?.toFixed(2)})`);
    const measured = await measurements[name]?.();
    if (measured === undefined) continue;
    results[name] = measured.result;
    if (name !== 'compare') console.log(JSON.stringify(measured.result));
    printBars(measured.bars);
    bars.push(...measured.bars);
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ machine, results, bars }, undefined, 2)}\n`);
  }
  // A missed bar is a finding; work that was not done right is a failure.
  process.exitCode = bars.every(({ holds, isWork }) => holds || !isWork) ? 0 : 1;
}

async function measureComparison(): Promise<Measured> {
  const { rows, bars } = await compare(shape, rounds);
  const missing = rows.reduce((sum, row) => sum + (row.program === 'ours' ? row.missing : 0), 0);
  return { result: { rows }, bars: [...bars, exactly('rows missing in ours', missing, 0)] };
}

function wholeNumber(flag: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  console.error(`--${flag} is "${text}": it must be a whole number above 0.`);
  process.exit(2);
}
