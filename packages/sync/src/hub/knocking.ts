// Devices that the hub does not know and that prove which key they have: they ask to be let in, and
// a manager compares the key and says yes. Remembered in memory only: a device asks again by itself.

import { knocksMax } from '../protocol/limits.ts';
import { type Hello, helloText } from '../protocol/up/hello.ts';
import { isLetter } from './device-record.ts';
import { isHubId } from './own-command.ts';
import { type HubState, type Session, hubTimeMs } from './state.ts';

export interface Knock {
  readonly device: string;
  readonly publicKey: string;
  /** As the device calls itself; one line. */
  readonly name?: string | undefined;
  /** The one it had; it gets that again where nobody has it by now. */
  readonly letter?: string | undefined;
  readonly build: string;
  /** The highest `n` it has an outcome for: how much of the shop's history it brings. */
  readonly answered: number;
  /** Hub time of its last hello. */
  readonly atMs: number;
  /** Where it asked from. */
  readonly origin: string;
}

/** So long nobody takes the place of one whom a manager may be looking at. */
const freshMs = 60_000;
const nameLengthMax = 64;

/** Remembers an unknown device that holds the key it says. */
export function knock(state: HubState, session: Session, message: Hello): void {
  const { device, store, publicKey, signature, build, answered, letter: had } = message;
  if (publicKey === undefined || isHubId(device)) return;
  const text = helloText(session.nonce, state.config.hub, store, device);
  if (!state.config.verifier.verify(publicKey, text, signature)) return;
  const atMs = hubTimeMs(state);
  const key = `${device} ${publicKey}`;
  const origin = session.phase === 'awaitingHello' ? session.origin : '';
  if (!state.knocks.has(key) && !makeRoom(state, origin, atMs)) return;
  const name = oneLine(message.name);
  const letter = had !== undefined && isLetter(had) ? { letter: had } : {};
  state.knocks.delete(key);
  state.knocks.set(key, { device, publicKey, ...name, ...letter, build, answered, atMs, origin });
}

/**
 * The one that asked longest ago makes room, unless a manager may be looking at it. Where one origin
 * asks under many names, the oldest of those does at once: an honest device elsewhere finds a place.
 */
function makeRoom({ knocks }: HubState, origin: string, atMs: number): boolean {
  if (knocks.size < knocksMax) return true;
  const byOrigin = Map.groupBy(knocks, ([, one]) => one.origin);
  const [crowd = []] = [...byOrigin.values()].toSorted((one, other) => other.length - one.length);
  const [oldest] = knocks;
  const isCrowded = crowd.length > (byOrigin.get(origin)?.length ?? 0) + 1;
  if (isCrowded) return knocks.delete(crowd[0]![0]);
  if (oldest === undefined || atMs - oldest[1].atMs < freshMs) return false;
  return knocks.delete(oldest[0]);
}

/** This device is known now: whoever asked under its id asks no longer. */
export function forgetKnocks(state: HubState, device: string): void {
  for (const [key, one] of state.knocks) if (one.device === device) state.knocks.delete(key);
}

/** Whatever a stranger says of itself ends up on a screen. */
function oneLine(said: string | undefined): { name?: string } {
  const name = said?.replaceAll(/\p{C}/gu, '').trim().slice(0, nameLengthMax);
  return name === undefined || name === '' ? {} : { name };
}
