// What the hub holds in memory with two hundred devices on it: all connected and quiet, and after a
// busy while.

import { type Bar, atMost } from '../bar.ts';
import { rssMb } from '../hub/proc.ts';
import { pause, withFloor } from '../ours/floor.ts';
import { steadyOrders } from '../ours/steady.ts';

const entries = 20;
const displays = 180;
const ordersPerSecond = 10;
const memoryMbMax = 150;
const settleMs = 2_000;

export interface Memory {
  readonly devices: number;
  readonly quietRssMb: number;
  readonly busyRssMb: number;
}

export function measureMemory(seconds: number): Promise<{ result: Memory; bars: Bar[] }> {
  return withFloor({ entries, displays }, async (floor) => {
    await pause(settleMs);
    const quietRssMb = rssMb(floor.hub.pid);
    await steadyOrders(floor.entries, ordersPerSecond, seconds);
    const busyRssMb = rssMb(floor.hub.pid);
    const devices = entries + displays;
    return {
      result: { devices, quietRssMb, busyRssMb },
      bars: [
        atMost(`memory with ${devices} devices, MB`, quietRssMb, memoryMbMax),
        atMost(`the same after ${seconds} s of 10 orders/s, MB`, busyRssMb, memoryMbMax),
      ],
    };
  });
}
