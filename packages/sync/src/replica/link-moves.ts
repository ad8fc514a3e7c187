// Moves a device's connection through its table: what to do, and how long to wait for what is next.

import { helloWithinMs, reconnectMsMax, reconnectMsMin, retryMsMax } from '../protocol/limits.ts';
import { type LinkEvent, linkTable } from './link.ts';
import type { ReplicaState } from './state.ts';

export function moveLink(state: ReplicaState, event: LinkEvent): void {
  const before = state.link;
  const { to, act } = linkTable[before][event];
  state.link = to;
  if (act !== undefined) state.effects.push({ type: act });
  if (to === before) return;
  state.effects.push({ type: 'link', link: to });
  const { monoMs } = state.now;
  if (to === 'waiting') {
    state.linkUntilMs = monoMs + backoffMs(state);
    state.live = false;
    state.challenge = undefined;
    state.catchUp = undefined;
    state.offeredTo = undefined;
    state.askedAtMs = undefined;
  } else state.linkUntilMs = monoMs + helloWithinMs;
  state.heardAtMs = monoMs;
  state.effects.push({ type: 'timer', atMonoMs: state.linkUntilMs });
}

/** Full jitter between the least wait and a bound that doubles. */
function backoffMs(state: ReplicaState): number {
  const bound = Math.min(reconnectMsMax, reconnectMsMin * 2 ** Math.min(state.attempts, 8));
  state.attempts += 1;
  return reconnectMsMin + state.config.ids.below(Math.max(1, bound));
}

/** Nobody keeps a device away for good: it waits as long as it is told to, up to a bound. */
export function heededMs(retryMs: number): number {
  return Math.min(retryMs, retryMsMax);
}

/** Waits between once and twice the time asked for, so that a herd does not come back as one. */
export function waitFor(state: ReplicaState, retryMs: number): void {
  const leastMs = heededMs(retryMs);
  const jitterMs = state.config.ids.below(Math.max(1, leastMs));
  state.linkUntilMs = state.now.monoMs + leastMs + jitterMs;
}
