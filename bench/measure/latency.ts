// What a waiter feels: from pressing a button to the answer, and to another screen, in a shop
// that is busy (ten orders a second, a hundred commands) and not in one that is being broken.

import { type Bar, exactly } from '../bar.ts';
import { rssMb } from '../hub/proc.ts';
import { audit } from '../ours/audit.ts';
import { pause, until, withFloor } from '../ours/floor.ts';
import { latencies } from '../ours/load.ts';
import { steadyOrders } from '../ours/steady.ts';

const entries = 20;
const displays = 200;
const ordersPerSecond = 10;

export interface Latency {
  readonly submitToAnswerMs: { readonly p50: number; readonly p99: number };
  readonly submitToDisplayMs: { readonly p50: number; readonly p99: number };
  readonly orders: number;
  readonly rssMb: number;
}

export function measureLatency(seconds: number): Promise<{ result: Latency; bars: Bar[] }> {
  return withFloor({ entries, displays }, async (floor) => {
    const orders = await steadyOrders(floor.entries, ordersPerSecond, seconds);
    const last = Math.max(...floor.entries.map((entry) => entry.samples.at(-1)?.seq ?? 0));
    await until(() => floor.displays.every(({ watcher }) => watcher.seq >= last), 5_000);
    await pause(50);
    const memory = rssMb(floor.hub.pid);
    const { missingInHub, missingInDevices } = await audit(floor);
    return {
      result: { orders, rssMb: memory, ...latencies(floor) },
      bars: [exactly('rows missing at 10 orders/s', missingInHub + missingInDevices, 0)],
    };
  });
}
