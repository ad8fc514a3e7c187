// The identity that a copy of another device gets. Its id says by itself that this hub made it up for a
// copy of that very device, so that it still counts when the hub was started again in between.

import type { HubState } from './state.ts';

const sealLength = 24;

/** An id for a copy of `former`. */
export function copyOf(state: HubState, former: string): string {
  const random = state.config.ids.next().slice(-36);
  return `${random}-${sealOf(state, former, random)}`;
}

/** Whether this hub gave `device` to a copy of `former`. */
export function isCopyOf(state: HubState, former: string, device: string): boolean {
  const end = device.length - sealLength - 1;
  return (
    end > 0 && device === `${device.slice(0, end)}-${sealOf(state, former, device.slice(0, end))}`
  );
}

function sealOf(state: HubState, former: string, random: string): string {
  const { hash, stampKey } = state.config;
  return hash.hmac(stampKey, ['copy', state.store, former, random].join('\n')).slice(0, sealLength);
}
