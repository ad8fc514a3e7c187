// Tells the sidecar how far history has come: after a commit, at most once a second.

import type { JsonObject } from '../json.ts';
import { deviceSubject } from './device-record.ts';
import { type HubState, hubTimeMs } from './state.ts';

const witnessEveryMs = 1_000;

/** Beside the device's record: hub time at which it was last here. */
function withSeen(state: HubState, record: JsonObject): JsonObject {
  const device = record['device'] as string;
  if (state.openByDevice.has(device)) state.seenMs.set(device, hubTimeMs(state));
  const seenMs = state.seenMs.get(device);
  return seenMs === undefined ? record : { ...record, seenMs };
}

export function witnessSoon(state: HubState): void {
  const { now, at, witnessedSeq } = state;
  // It remembers more than this hub does, and another one may have to take up where this one ends.
  if (state.wantedEpoch !== undefined || state.recovery !== undefined) return;
  if (now.monoMs < state.witnessAtMs || witnessedSeq === at.seq) return;
  state.witnessAtMs = now.monoMs + witnessEveryMs;
  state.witnessedSeq = at.seq;
  const keys = [...state.rows.keysOf(deviceSubject)].filter((key) => key.startsWith('device/'));
  state.effects.push({
    type: 'witness',
    witnessed: {
      store: state.store,
      epochs: state.epochs,
      at,
      devices: keys.map((key) => withSeen(state, state.rows.find(key)!.body)),
      receipt: state.receipt,
    },
  });
}
