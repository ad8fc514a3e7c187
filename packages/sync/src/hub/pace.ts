// How many commands a second the hub takes of one device. Nobody at work gives so many; a program
// gone wrong does, and must not make the others wait. Whoever is too fast is told when to try again.

import type { HubState } from './state.ts';

export interface CommandRate {
  readonly perSecond: number;
  /** So many at once, from a device that was silent for a while. */
  readonly burst: number;
}

/** What a device has left; it lasts longer than a socket. */
export interface Pace {
  tokens: number;
  atMs: number;
  /** Until then nothing is taken: what comes is what was sent before the device was told. */
  waitUntilMs: number;
}

/** In how many milliseconds so many commands of `device` can be taken; with 0 they are. */
export function takePace(state: HubState, device: string, commands: number): number {
  const rate = state.config.commandRate;
  if (rate === undefined) return 0;
  const { monoMs } = state.now;
  const pace = state.paces.get(device) ?? { tokens: rate.burst, atMs: monoMs, waitUntilMs: 0 };
  state.paces.set(device, pace);
  const flown = ((monoMs - pace.atMs) * rate.perSecond) / 1_000;
  pace.tokens = Math.min(rate.burst, pace.tokens + flown);
  pace.atMs = monoMs;
  // A frame with more than a burst in it is taken when all is there that can be.
  const price = Math.min(commands, rate.burst);
  if (monoMs >= pace.waitUntilMs && pace.tokens >= price) {
    pace.tokens -= price;
    return 0;
  }
  const lackMs = ((price - pace.tokens) * 1_000) / rate.perSecond;
  pace.waitUntilMs = Math.max(pace.waitUntilMs, monoMs + Math.ceil(lackMs));
  return Math.ceil(pace.waitUntilMs - monoMs);
}
