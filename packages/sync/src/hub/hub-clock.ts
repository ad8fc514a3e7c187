// Hub time: the monotonic clock plus an offset that a calendar gave once. The calendar of a small box
// may be wrong or jump; it is asked when the hub starts and believed only when it is plausible.

import type { Moment } from '../ports/clock.ts';
import type { HubState } from './state.ts';

export interface HubClock {
  /** Hub time is the monotonic clock plus this. */
  offsetMs: number;
  /** The day must not turn by itself: a manager has been asked. */
  isTurnHeld: boolean;
  /** People were told that the calendar is off. */
  isDoubted: boolean;
}

/** A shop that was closed for longer is asked whether the calendar is right. */
const awayMsMax = 4 * 86_400_000;
const slackMs = 120_000;
const jumpMs = 3_600_000;

/** `lastMs` is the hub time of the last commit, 0 for a new store. */
export function startClock(lastMs: number, now: Moment): HubClock {
  const awayMs = now.wallMs - lastMs;
  const isPlausible = lastMs === 0 || (awayMs >= -slackMs && awayMs <= awayMsMax);
  const hubTimeMs = isPlausible ? Math.max(now.wallMs, lastMs) : lastMs;
  return { offsetMs: hubTimeMs - now.monoMs, isTurnHeld: !isPlausible, isDoubted: false };
}

/** Whether the calendar is too far from hub time, for the first time. */
export function isNewlyDoubtful(state: HubState): boolean {
  const { clock, now } = state;
  const apartMs = Math.abs(now.wallMs - (now.monoMs + clock.offsetMs));
  if (clock.isDoubted || apartMs <= slackMs) return false;
  clock.isDoubted = true;
  return true;
}

/** A manager has set the time. Over an hour the day does not turn because of it. */
export function setClock(state: HubState, hubTimeMs: number): void {
  const { clock, now } = state;
  const offsetMs = hubTimeMs - now.monoMs;
  if (Math.abs(offsetMs - clock.offsetMs) > jumpMs) clock.isTurnHeld = true;
  clock.offsetMs = offsetMs;
  clock.isDoubted = false;
}
