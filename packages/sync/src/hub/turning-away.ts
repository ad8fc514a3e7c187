// What waits and cannot be decided now: devices are told to send it again, and nothing of it is recorded.
// Nobody sends again what the hub gave itself or what was offered to it: that goes on waiting here.

import type { FaultKind } from '../ports/store.ts';
import { wake } from './give.ts';
import { freeOffer } from './offer-room.ts';
import { type HubState, type Open, type Waiting, sendTo } from './state.ts';

const busyMs = 1_000;
/** People take their time over what a revoked device delivered. */
const revokedRetryMs = 300_000;

/** These wait no longer: they are decided, or were turned away. */
export function release(state: HubState, taken: readonly Waiting[]): void {
  for (const { session, device, offeredBytes } of taken) {
    if (session !== undefined) session.waiting -= 1;
    if (offeredBytes !== undefined) freeOffer(state, device, offeredBytes);
  }
}

/** The store did not take the batch. Nothing of it was recorded, nothing of it is seen. */
export function refusedByStore(state: HubState, fault: FaultKind, message: string): void {
  if (fault === 'broken') {
    state.effects.push({ type: 'exit', message });
    return;
  }
  if (state.work.step !== 'committing') return;
  const { taken } = state.work;
  state.work = { step: 'idle' };
  switch (fault) {
    case 'value': {
      if (taken.length === 1 && taken[0]!.storeRefused !== undefined) {
        turnAway(state, taken, message);
        if (state.queue.length > 0) wake(state);
        return;
      }
      state.queue.unshift(...retried(taken, message));
      wake(state);
      return;
    }
    case 'busy':
      turnAway(state, [...taken, ...state.queue.splice(0)], message);
  }
}

/** One at a time; the one that fails alone is deferred. */
function retried(taken: readonly Waiting[], message: string): Waiting[] {
  const alone = taken.length === 1 && taken[0]!.alone === true;
  return taken.map((waiting) =>
    alone ? { ...waiting, storeRefused: message } : { ...waiting, alone: true },
  );
}

function isKept({ session, offeredBytes }: Waiting): boolean {
  return session === undefined || offeredBytes !== undefined;
}

function turnAway(state: HubState, waiting: readonly Waiting[], message: string): void {
  const sessions = new Set<Open>();
  const kept = waiting.filter(isKept);
  state.queue.push(...kept);
  const dropped = waiting.filter((one) => !isKept(one));
  release(state, dropped);
  for (const { session } of dropped) if (session !== undefined) sessions.add(session);
  for (const session of sessions) {
    if (state.sessions.get(session.socket) === session) sayBusy(state, session, 'STORE', message);
  }
  if (state.queue.length > 0) {
    state.effects.push({ type: 'timer', atMonoMs: state.now.monoMs + busyMs });
  }
}

export function sayFull(state: HubState, session: Open): void {
  const message = 'This device was revoked. A manager first looks at what it delivered.';
  sayBusy(state, session, 'REVOKED', message, revokedRetryMs);
}

export function sayBusy(
  state: HubState,
  session: Open,
  code: string,
  message: string,
  retryMs = busyMs,
): void {
  sendTo(state, session.socket, { type: 'busy', code, message, retryMs });
}
