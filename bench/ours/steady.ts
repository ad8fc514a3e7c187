// Orders that come at their own pace, whether the hub keeps up or not: what a closed loop hides
// (the sender waits with the hub) shows here.

import type { Entry } from './entry.ts';
import { pause } from './floor.ts';

/** Places `perSecond` orders a second for `seconds`, in turn from all entries. Returns how many. */
export async function steadyOrders(
  entries: readonly Entry[],
  perSecond: number,
  seconds: number,
): Promise<number> {
  const startedMs = performance.now();
  const placed: Promise<void>[] = [];
  const total = Math.round(perSecond * seconds);
  for (let index = 0; index < total; index += 1) {
    const dueMs = startedMs + (index * 1000) / perSecond;
    await pause(Math.max(0, dueMs - performance.now()));
    const entry = entries[index % entries.length];
    if (entry !== undefined) placed.push(entry.place());
  }
  await Promise.all(placed);
  return total;
}
