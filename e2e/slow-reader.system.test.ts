import { expect, it } from 'vitest';

import { pairDevices } from '../bench/hub/pairing.ts';
import { rssMb } from '../bench/hub/proc.ts';
import { arrivalsOf } from '../bench/ours/audit.ts';
import { type Floor, withFloor } from '../bench/ours/floor.ts';
import { steadyOrders } from '../bench/ours/steady.ts';
import { watch } from '../bench/ours/watcher.ts';
import { percentile } from '../bench/statistics.ts';
import { openSlowLine } from './slow-line.ts';
import { until } from './until.ts';

const entries = 10;
const displays = 89;
const ordersPerSecond = 40;
const readSeconds = 10;
/** Five megabytes, and four of the time before: more than a system keeps for a socket. */
const slowSeconds = 20;
const warmSeconds = 15;
const slowBytesPerSecond = 1_024;
const withinMs = 60_000;
/** What an unlucky moment of a busy machine may add; one socket in the way of others costs seconds. */
const slackMs = 60;
const ratioMax = 2;
const memoryMbMax = 64;

it('lets a screen that reads 1 KB/s among 100 cost nobody else anything, and gives it one delta [B1] [scenario 48]', () =>
  withFloor({ entries, displays }, async (floor) => {
    const [device] = await pairDevices(floor.hub, 'manager', 1);
    const line = await openSlowLine(floor.hub.port);
    // It is slow before it ever read much: a system gives whoever reads fast megabytes of room, in
    // which all that it does not read would be hidden.
    const slow = await watch(line.port, device!, floor.tellings);
    line.slowDown(slowBytesPerSecond);
    try {
      await steadyOrders(floor.entries, ordersPerSecond, warmSeconds);
      const beforeMb = rssMb(floor.hub.pid);
      const oneSlowMs = await phase(floor, slowSeconds);
      expect(slow.watcher.seq).toBeLessThan(lastSeq(floor));
      expect(slow.watcher.catchUps).toBe(0);
      expect(rssMb(floor.hub.pid) - beforeMb).toBeLessThan(memoryMbMax);

      const settled = (): boolean => slow.watcher.seq >= lastSeq(floor);
      line.speedUp();
      await until('the screen at the head', settled, withinMs);
      expect(slow.watcher.catchUps).toBe(1);
      expect(slow.watcher.hash()).toBe(floor.displays[0]?.watcher.hash());

      const allReadMs = await phase(floor, readSeconds);
      expect(oneSlowMs).toBeLessThan(allReadMs * ratioMax + slackMs);
    } finally {
      slow.link.close();
      line.close();
    }
  }));

/** Orders for a while; answers the p99 from submit to every display but the slow one, in ms. */
async function phase(floor: Floor, seconds: number): Promise<number> {
  const marks = floor.entries.map((entry) => entry.samples.length);
  await steadyOrders(floor.entries, ordersPerSecond, seconds);
  const samples = floor.entries
    .flatMap((entry, index) => entry.samples.slice(marks[index]))
    .toSorted((left, right) => left.seq - right.seq);
  const last = samples.at(-1)?.seq ?? 0;
  const isThere = (): boolean => floor.displays.every(({ watcher }) => watcher.seq >= last);
  await until('the last order on every display', isThere, withinMs);
  const seqs = samples.map(({ seq }) => seq);
  const tookMs = floor.displays.flatMap(({ watcher }) => {
    const arrived = arrivalsOf(watcher.arrivals, seqs);
    return samples.map(({ sentMs }, index) => (arrived[index] ?? Infinity) - sentMs);
  });
  return percentile(tookMs, 0.99);
}

function lastSeq({ entries: all }: Floor): number {
  return Math.max(...all.map((entry) => entry.samples.at(-1)?.seq ?? 0));
}
