// One screen that stops reading must cost only itself: the same steady orders with all sockets
// read, and with one that is not, compared device by device.

import { type Bar, atMost, exactly } from '../bar.ts';
import { arrivalsOf, audit } from '../ours/audit.ts';
import { type Floor, until, withFloor } from '../ours/floor.ts';
import { steadyOrders } from '../ours/steady.ts';
import { median, percentile, round } from '../statistics.ts';

const entries = 20;
const displays = 80;
/** Enough to fill the buffers of the system and of the hub behind a socket that is not read. */
const ordersPerSecond = 100;
const ratioMax = 1.5;
const warmUpSeconds = 3;
const drainWithinMs = 10_000;

/** Phases with all sockets read and phases with one that is not, in turn: so many of each. */
const pairs = 3;

export interface Stalled {
  readonly sockets: number;
  /** p99 of the middle display in each phase, in ms. */
  readonly allReadMs: readonly number[];
  readonly oneStalledMs: readonly number[];
  /** Over all other displays the largest of: median p99 with a stalled one ÷ median p99 without. */
  readonly worstRatio: number;
  /**
   * The largest p99 ÷ the smallest among the phases without a stalled one: what chance alone
   * does.
   */
  readonly ratioByChance: number;
  /** Deltas the stalled device got when it read again; 0 says that it was never behind. */
  readonly deltas: number;
}

export function measureStalled(seconds: number): Promise<{ result: Stalled; bars: Bar[] }> {
  return withFloor({ entries, displays }, async (floor) => {
    const [stalled] = floor.displays;
    if (stalled === undefined) throw new Error('nobody is there');
    // The first seconds of a process are slower than all others.
    await steadyOrders(floor.entries, ordersPerSecond, warmUpSeconds);
    const allRead: number[][] = [];
    const oneStalled: number[][] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      allRead.push(await phase(floor, seconds));
      stalled.link.socket.pause();
      oneStalled.push(await phase(floor, seconds));
      stalled.link.socket.resume();
      await until(() => stalled.watcher.seq >= lastSeq(floor), drainWithinMs);
    }
    const { missingInHub, missingInDevices } = await audit(floor);
    const worstRatio = worst(allRead, oneStalled);
    const allReadMs = allRead.map(middle);
    const ratioByChance = round(Math.max(...allReadMs) / Math.min(...allReadMs), 2);
    const others = `others' p99 with one stalled reader ÷ without (by chance ${ratioByChance})`;
    return {
      result: {
        sockets: entries + displays,
        allReadMs,
        oneStalledMs: oneStalled.map(middle),
        worstRatio,
        ratioByChance,
        deltas: stalled.watcher.catchUps,
      },
      bars: [
        atMost(others, worstRatio, ratioMax),
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
  await until(
    () => others.every(({ watcher }) => watcher.seq >= (seqs.at(-1) ?? 0)),
    drainWithinMs,
  );
  return others.map(({ watcher }) => {
    const arrived = arrivalsOf(watcher.arrivals, seqs);
    const tookMs = samples.map(({ sentMs }, index) => (arrived[index] ?? Infinity) - sentMs);
    return percentile(tookMs, 0.99);
  });
}

function worst(allRead: readonly number[][], oneStalled: readonly number[][]): number {
  const ratios = (allRead[0] ?? []).map((_, display) => {
    const of = (phases: readonly number[][]): number =>
      median(phases.map((one) => one[display] ?? Number.NaN));
    return of(oneStalled) / of(allRead);
  });
  return round(Math.max(...ratios), 2);
}

function middle(values: readonly number[]): number {
  return round(median(values), 1);
}

function lastSeq({ entries: all }: Floor): number {
  return Math.max(...all.map((entry) => entry.samples.at(-1)?.seq ?? 0));
}
