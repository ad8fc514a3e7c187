// How long a shop waits for its hub in the morning: from the start of the process to the first
// device that can connect, on an empty folder and with years of orders beside it.

import { cpSync } from 'node:fs';

import { atMost, type Bar } from '../bar.ts';
import { startHub } from '../hub/hub-process.ts';
import { rssMb } from '../hub/proc.ts';
import { withScratch } from '../hub/scratch.ts';
import { pause } from '../ours/floor.ts';
import { median, round } from '../statistics.ts';
import { closedOrders, historyFolder } from './history.ts';

const starts = 9;
const ratioMax = 2;
/** The background check of the store holds memory until it is done. */
const settleMs = 500;
const settleWithHistoryMs = 8_000;

export interface Start {
  readonly closedOrders: number;
  readonly emptyMs: readonly number[];
  readonly withHistoryMs: readonly number[];
  readonly idleRssMb: { readonly empty: number; readonly withHistory: number };
}

export async function measureStart(): Promise<{ result: Start; bars: Bar[] }> {
  const kept = await historyFolder();
  return withScratch((empty) =>
    withScratch(async (old) => {
      cpSync(kept, old, { recursive: true });
      // Once each before it counts: the first start makes what the folder lacks, and fills caches.
      await startOnce(empty, 0);
      await startOnce(old, 0);
      const emptyMs: number[] = [];
      const withHistoryMs: number[] = [];
      for (let index = 0; index < starts; index += 1) {
        emptyMs.push((await startOnce(empty, 0)).startMs);
        withHistoryMs.push((await startOnce(old, 0)).startMs);
      }
      const idleRssMb = {
        empty: (await startOnce(empty, settleMs)).rss,
        withHistory: (await startOnce(old, settleWithHistoryMs)).rss,
      };
      const ratio = round(median(withHistoryMs) / median(emptyMs), 2);
      const name = `start with ${closedOrders} closed orders ÷ empty`;
      return {
        result: { closedOrders, emptyMs, withHistoryMs, idleRssMb },
        bars: [atMost(name, ratio, ratioMax)],
      };
    }),
  );
}

async function startOnce(folder: string, settle: number) {
  const hub = await startHub({ folder });
  await pause(settle);
  const rss = rssMb(hub.pid);
  await hub.stop();
  return { startMs: Math.round(hub.startMs), rss };
}
