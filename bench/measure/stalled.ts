// One screen that stops reading must cost only itself: the same steady orders with all sockets read,
// and with one that is not, compared device by device.

import { type Bar, atMost, exactly } from '../bar.ts';
import { arrivalsOf, audit } from '../ours/audit.ts';
import { type Floor, until, withFloor } from '../ours/floor.ts';
import { steadyOrders } from '../ours/steady.ts';
import { percentile, round } from '../statistics.ts';

const entries = 20;
const displays = 80;
/** Enough to fill the buffers of the system and of the hub behind a socket that is not read. */
const ordersPerSecond = 100;
const ratioMax = 1.5;

export interface Stalled {
  readonly sockets: number;
  readonly medianP99Ms: { readonly all: number; readonly oneStalled: number };
  /** The largest of p99 with a stalled one ÷ p99 without, over all other displays. */
  readonly worstRatio: number;
  /** The same between the two phases without a stalled reader: what chance alone does. */
  readonly worstRatioByChance: number;
  /** Deltas the stalled device got when it read again; 0 says that it was never behind. */
  readonly deltas: number;
}

export function measureStalled(seconds: number): Promise<{ result: Stalled; bars: Bar[] }> {
  return withFloor({ entries, displays }, async (floor) => {
    const [stalled] = floor.displays;
    if (stalled === undefined) throw new Error('nobody is there');
    // The first seconds of a process are slower than all others.
    await steadyOrders(floor.entries, ordersPerSecond, 3);
    const first = await phase(floor, seconds);
    const second = await phase(floor, seconds);
    stalled.link.socket.pause();
    const third = await phase(floor, seconds);
    stalled.link.socket.resume();
    const last = Math.max(...floor.entries.map((entry) => entry.samples.at(-1)?.seq ?? 0));
    await until(() => stalled.watcher.seq >= last, 10_000);
    const { missingInHub, missingInDevices } = await audit(floor);
    const worstRatio = worst(second, third);
    return {
      result: {
        sockets: entries + displays,
        medianP99Ms: { all: middle(second), oneStalled: middle(third) },
        worstRatio,
        worstRatioByChance: worst(first, second),
        deltas: stalled.watcher.catchUps,
      },
      bars: [
        atMost("anybody else's p99 with one stalled reader ÷ without", worstRatio, ratioMax),
        exactly('rows missing after a stalled reader', missingInHub + missingInDevices, 0),
      ],
    };
  });
}

/** Submit to display p99 of every display but the first, in ms. */
async function phase(floor: Floor, seconds: number): Promise<number[]> {
  const marks = floor.entries.map((entry) => entry.samples.length);
  await steadyOrders(floor.entries, ordersPerSecond, seconds);
  const samples = floor.entries
    .flatMap((entry, index) => entry.samples.slice(marks[index]))
    .toSorted((left, right) => left.seq - right.seq);
  const seqs = samples.map((sample) => sample.seq);
  const others = floor.displays.slice(1);
  await until(() => others.every(({ watcher }) => watcher.seq >= (seqs.at(-1) ?? 0)), 10_000);
  return others.map(({ watcher }) => {
    const arrived = arrivalsOf(watcher.arrivals, seqs);
    const tookMs = samples.map(({ sentMs }, index) => (arrived[index] ?? Infinity) - sentMs);
    return percentile(tookMs, 0.99);
  });
}

function worst(before: readonly number[], after: readonly number[]): number {
  const ratios = after.map((p99, index) => p99 / (before[index] ?? Number.NaN));
  return round(Math.max(...ratios), 2);
}

function middle(values: readonly number[]): number {
  return round(percentile(values, 0.5), 1);
}
