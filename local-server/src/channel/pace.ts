// How fast the hub reads a socket. Whoever sends more than that loses nothing and is not cut off: the
// hub reads no more until the time for what came is over, and the network holds the rest.

import { limits } from '@pos-sync/sync';

/** Besides its commands a device says what it has drawn, and that it is there. */
const framesPerCommand = 4;
/**
 * A longer frame counts as several: reading it takes as long. A whole journal of 64 MiB, which a device
 * offers again after the hub lost history, still comes in within half a minute.
 */
const frameBytes = 8 * 1_024;

export interface Pace {
  /** Counts a frame that came. */
  count(bytes: number, nowMs: number): void;
  /** For how long to read nothing; 0 while there is room. */
  waitMs(nowMs: number): number;
}

/** @param commandsPerSecond how many a device may give; what it may say follows from it */
export function openPace(commandsPerSecond: number): Pace {
  const frameMs = 1_000 / (commandsPerSecond * framesPerCommand);
  const burstMs = (limits.commandsBurst / limits.commandsPerSecond) * 1_000;
  let paidUntilMs = -Infinity;
  return {
    // What came together with a frame too many was read already, and is paid for as well.
    count(bytes, nowMs) {
      const price = Math.max(1, bytes / frameBytes) * frameMs;
      paidUntilMs = Math.max(paidUntilMs, nowMs - burstMs) + price;
    },
    waitMs: (nowMs) => Math.max(0, paidUntilMs - nowMs),
  };
}
