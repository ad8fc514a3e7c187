// Room for what devices offer again: it is held from when it comes until it is decided, and only so
// much of it. What finds no room is not kept, the lowest `n` first, and asked for when there is room.

import { utf8Length } from '../json.ts';
import type { Command } from '../protocol/command.ts';
import { frameBytesMax, offersBytesMax, offersOfDeviceBytesMax } from '../protocol/limits.ts';
import { namedReceipt } from './receipt-numbers.ts';
import { sayGap } from './session.ts';
import type { HubState, Offers, Open } from './state.ts';

/** Keeps a command that `session` offers, where it is not here yet and there is room. */
export function keepOffer(
  state: HubState,
  session: Open,
  offers: Offers,
  command: Command,
): boolean {
  const { device } = session;
  const { n } = command;
  if (n > offers.answered || offers.byN.has(n)) return false;
  const bytes = utf8Length(JSON.stringify(command));
  if (n < offers.cutAt && !hasRoom(state, device, bytes)) {
    makeRoom(state, device, offers, n);
    if (!hasRoom(state, device, bytes)) offers.cutAt = n;
  }
  if (n >= offers.cutAt) {
    session.hasMoreOffers = true;
    // Its number is on paper, and no new bill may get it until the bill itself is here.
    const named = session.standing === 'revoked' ? 0 : namedReceipt(command, state);
    state.receipt = Math.max(state.receipt, named);
    return false;
  }
  offers.byN.set(n, { command, bytes });
  state.offerBytes.set(device, (state.offerBytes.get(device) ?? 0) + bytes);
  return true;
}

/** For a whole frame, by letting go of the highest: what a device did first is decided first. */
function makeRoom(state: HubState, device: string, offers: Offers, n: number): void {
  const above = [...offers.byN.keys()].filter((one) => one > n);
  for (const highest of above.toSorted((one, other) => other - one)) {
    if (hasRoom(state, device, frameBytesMax)) return;
    freeOffer(state, device, offers.byN.get(highest)!.bytes);
    offers.byN.delete(highest);
    offers.cutAt = highest;
  }
}

function hasRoom(state: HubState, device: string, bytes: number): boolean {
  const ofDevice = state.offerBytes.get(device) ?? 0;
  if (ofDevice + bytes > offersOfDeviceBytesMax) return false;
  return bytesHeld(state) + bytes <= offersBytesMax;
}

function bytesHeld(state: HubState): number {
  let held = 0;
  for (const bytes of state.offerBytes.values()) held += bytes;
  return held;
}

/** So many bytes of what a device offered are held no longer. */
export function freeOffer(state: HubState, device: string, bytes: number): void {
  const left = (state.offerBytes.get(device) ?? 0) - bytes;
  if (left > 0) state.offerBytes.set(device, left);
  else state.offerBytes.delete(device);
}

/** Whoever could not be held whole is asked for the rest, once what was kept of it is decided. */
export function askForRest(state: HubState): void {
  if (bytesHeld(state) > offersBytesMax / 2) return;
  for (const session of state.openByDevice.values()) {
    const { device, hasMoreOffers, offersThrough } = session;
    if (!hasMoreOffers || state.offerBytes.has(device)) continue;
    const lastN = state.lastN.get(device) ?? 0;
    const isAsked = lastN >= offersThrough || sayGap(state, session, lastN + 1);
    if (isAsked) session.hasMoreOffers = false;
  }
}
