// Our side of the comparison, with the flags and the one line of JSON of baseline/load.mjs:
//   node bench/ours/load.ts --entries 20 --window 8 --displays 50 --seconds 5
// `--profile FOLDER` has the hub leave a CPU profile there.

import { parseArgs } from 'node:util';

import { cpuMs, rssMb } from '../hub/proc.ts';
import { percentiles } from '../statistics.ts';
import { arrivalsOf, audit } from './audit.ts';
import type { Entry } from './entry.ts';
import { type Floor, pause, until, withFloor } from './floor.ts';
import { commandsPerOrder } from './order.ts';

export interface LoadPlan {
  readonly entries: number;
  /** Orders an entry device keeps in flight. */
  readonly window: number;
  readonly displays: number;
  readonly seconds: number;
  readonly profileFolder?: string | undefined;
}

export interface LoadResult {
  readonly kind: 'ours';
  readonly entries: number;
  readonly window: number;
  readonly displays: number;
  readonly ordersPerSecond: number;
  readonly eventsPerSecond: number;
  readonly serverCpuUsPerEvent: number;
  /** Rows that are not where they should be, in the hub or on a device. */
  readonly missing: number;
  readonly submitToDisplayMs: { readonly p50: number; readonly p99: number };
  readonly submitToAnswerMs: { readonly p50: number; readonly p99: number };
  readonly rssMb: number;
  /** Commands with another outcome than `ok`, and times the hub said it was busy. */
  readonly refused: number;
  readonly busy: number;
  /**
   * Tellings to all, those among them too long for one frame, and deltas to one that was
   * behind.
   */
  readonly tellings: number;
  readonly longTellings: number;
  readonly deltas: number;
  readonly sentBytesPerCommand: number;
  /** What each device is told for one command. */
  readonly toldBytesPerCommand: number;
  readonly commands: number;
  /** On the system's monotonic clock, which CPU profiles use too. */
  readonly measuredUs: { readonly from: number; readonly to: number };
}

const drainWithinMs = 10_000;

export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const { profileFolder } = plan;
  const nodeFlags =
    profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return withFloor({ ...plan, nodeFlags }, (floor) => load(floor, plan));
}

async function load(floor: Floor, plan: LoadPlan): Promise<LoadResult> {
  const { hub, entries } = floor;
  const cpuBeforeMs = cpuMs(hub.pid);
  const from = monotonicUs();
  let running = true;
  const lane = async (entry: Entry): Promise<void> => {
    while (running) await entry.place();
  };
  const lanes = entries.flatMap((entry) => Array.from({ length: plan.window }, () => lane(entry)));
  await pause(plan.seconds * 1000);
  running = false;
  await Promise.all(lanes);
  const to = monotonicUs();
  const seconds = (to - from) / 1_000_000;
  await everybodyHolds(floor);
  const cpuUsedMs = cpuMs(hub.pid) - cpuBeforeMs;
  const rss = rssMb(hub.pid);
  const { missingInHub, missingInDevices } = await audit(floor);
  const orders = entries.reduce((sum, entry) => sum + entry.orders.length, 0);
  const commands = orders * commandsPerOrder;
  const sum = (of: (entry: Entry) => number): number =>
    entries.reduce((total, entry) => total + of(entry), 0);
  const { tellings, long, bytes } = floor.tellings.counts;
  return {
    kind: 'ours',
    entries: plan.entries,
    window: plan.window,
    displays: plan.displays,
    ordersPerSecond: Math.round(orders / seconds),
    eventsPerSecond: Math.round(commands / seconds),
    serverCpuUsPerEvent: Math.round((cpuUsedMs * 1000) / commands),
    missing: missingInHub + missingInDevices,
    ...latencies(floor),
    rssMb: rss,
    refused: sum((entry) => entry.refused.length),
    busy: sum((entry) => entry.busy),
    tellings,
    longTellings: long,
    deltas: [...floor.displays, ...entries].reduce((all, { watcher }) => all + watcher.catchUps, 0),
    sentBytesPerCommand: Math.round(sum((entry) => entry.sentBytes) / commands),
    toldBytesPerCommand: Math.round(bytes / commands),
    commands,
    measuredUs: { from, to },
  };
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Waits until the last seq that was answered has arrived everywhere. */
async function everybodyHolds({ entries, displays }: Floor): Promise<void> {
  const seqs = entries.map((entry) => entry.samples.at(-1)?.seq ?? 0);
  const last = Math.max(0, ...seqs);
  const watchers = [...entries, ...displays].map(({ watcher }) => watcher);
  await until(() => watchers.every((watcher) => watcher.seq >= last), drainWithinMs);
}

/** Submit to answer, and submit to the first display; of all commands. */
export function latencies({ entries, displays }: Pick<Floor, 'entries' | 'displays'>) {
  const samples = entries
    .flatMap((entry) => entry.samples)
    .toSorted((left, right) => left.seq - right.seq);
  const seqs = samples.map((sample) => sample.seq);
  const shown = arrivalsOf(displays[0]?.watcher.arrivals ?? [], seqs);
  const toDisplay = samples.flatMap(({ sentMs }, index) => {
    const atMs = shown[index];
    return atMs === undefined ? [] : [atMs - sentMs];
  });
  const toAnswer = samples.map(({ sentMs, answeredMs }) => answeredMs - sentMs);
  return {
    submitToDisplayMs: percentiles(toDisplay),
    submitToAnswerMs: percentiles(toAnswer),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      entries: { type: 'string', default: '20' },
      window: { type: 'string', default: '8' },
      displays: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '5' },
      profile: { type: 'string' },
    },
  });
  const result = await runLoad({
    entries: Number(values.entries),
    window: Number(values.window),
    displays: Number(values.displays),
    seconds: Number(values.seconds),
    profileFolder: values.profile,
  });
  console.log(JSON.stringify(result));
}
