// Tells the sidecar how far history has come: after a commit, at most once a second.

import { deviceSubject } from './device-record.ts';
import type { HubState } from './state.ts';

const witnessEveryMs = 1_000;

export function witnessSoon(state: HubState): void {
  const { now, at, witnessedSeq } = state;
  if (now.monoMs < state.witnessAtMs || (witnessedSeq === at.seq && !state.hasNewEpoch)) return;
  state.witnessAtMs = now.monoMs + witnessEveryMs;
  state.witnessedSeq = at.seq;
  const { epoch, seq, chain } = at;
  const keys = [...state.rows.keysOf(deviceSubject)].filter((key) => key.startsWith('device/'));
  state.effects.push({
    type: 'witness',
    witnessed: {
      store: state.store,
      epochs: state.epochs,
      at: { epoch, seq, chain },
      devices: keys.map((key) => state.rows.find(key)!.body),
      receipt: state.receipt,
    },
  });
}
