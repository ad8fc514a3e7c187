// How fast the hub reads a socket. Whoever sends more than that loses nothing and is not cut off: the
// hub reads no more until the time for what came is over, and the network holds the rest.

import { limits } from '@pos-sync/sync';

/** Besides its commands a device says what it has drawn, and that it is there. */
const framesPerCommand = 4;
/** A longer frame counts as several: reading it takes as long. */
const frameBytes = 1_024;

export interface Pace {
  /** Counts a frame that came; answers for how long to read nothing, 0 while there is room. */
  count(bytes: number, nowMs: number): number;
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
      return Math.max(0, paidUntilMs - nowMs);
    },
  };
}
