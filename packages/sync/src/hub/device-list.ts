// The device table for people: who is paired, who is here, and what of each waits to be decided.

import { type DeviceRecord, deviceRecords } from './device-record.ts';
import { openDeferred } from './late-decisions.ts';
import { type HubState, hubTimeMs } from './state.ts';

export interface ListedDevice extends DeviceRecord {
  readonly isHere: boolean;
  /** Hub time at which it was last here; undefined where nobody remembers that it was. */
  readonly seenMs?: number | undefined;
  /** The highest `n` of it decided without a hole. */
  readonly lastN: number;
  /** How many of its commands are deferred and not decided on yet. */
  readonly deferred: number;
}

export function listDevices(state: HubState): ListedDevice[] {
  const waiting = new Map<string, number>();
  for (const { device } of openDeferred(state)) {
    waiting.set(device, (waiting.get(device) ?? 0) + 1);
  }
  return [...deviceRecords(state.rows)].map((record) => {
    const { device } = record;
    const isHere = state.openByDevice.has(device);
    const seenMs = isHere ? hubTimeMs(state) : state.seenMs.get(device);
    const lastN = state.lastN.get(device) ?? 0;
    const seen = seenMs === undefined ? {} : { seenMs };
    return { ...record, isHere, ...seen, lastN, deferred: waiting.get(device) ?? 0 };
  });
}
