// The end of a session: refused for a reason, ended because its device is another now, or gone.

import type { Bye } from '../protocol/down/bye.ts';
import type { Deny } from '../protocol/down/deny.ts';
import type { HeldRow } from '../rows/held-row.ts';
import { copyOf } from './copy-identity.ts';
import { type DeviceRecord, freeLetter, standingOf } from './device-record.ts';
import { forgetKnocks } from './knocking.ts';
import { type HubState, type Open, type Session, hubTimeMs, sendTo } from './state.ts';
import { goSilent } from './telling.ts';

const gapEveryMs = 1_000;

/** Why a copy of another device is refused, and who it may be from now on. */
export function cloned(state: HubState, former: string): Omit<Deny, 'type'> {
  return {
    code: 'CLONE',
    message: 'Another device uses the same identity. This one gets its own.',
    identity: { device: copyOf(state, former), letter: freeLetter(state.rows, hubTimeMs(state)) },
  };
}

export function deny(state: HubState, socket: string, why: Omit<Deny, 'type'>): void {
  sendTo(state, socket, { type: 'deny', ...why });
  state.effects.push({ type: 'close', socket, code: 4003, reason: why.code });
  forget(state, socket);
}

/**
 * The record of a device was committed. Where its session is not one that this record gives, it ends
 * at once: the device comes back to the view it has now, or to deliver what it holds.
 */
export function endIfOther(state: HubState, { body }: HeldRow): void {
  const record = body as unknown as DeviceRecord;
  forgetKnocks(state, record.device);
  const session = state.openByDevice.get(record.device);
  const why = session === undefined ? undefined : whyOther(session, record);
  if (session === undefined || why === undefined) return;
  const { socket } = session;
  sendTo(state, socket, { type: 'bye', ...why });
  state.effects.push({ type: 'close', socket, code: closeCodes[why.code], reason: why.code });
  forget(state, socket);
}

/** What a device is told that may deliver, and is told nothing else any more. */
export const keptOut = {
  revoked: {
    code: 'REVOKED',
    message:
      'A manager shut this device out. What it still holds is kept until a manager has decided on it. Pair it anew if it may come back.',
  },
  retired: {
    code: 'RETIRED',
    message:
      'A manager put this device away. What it still holds is delivered. Pair it anew to work with it again.',
  },
} as const;

const closeCodes = { REVOKED: 4005, ROLE_CHANGED: 4006, RETIRED: 4007 } as const;

function whyOther(
  session: Open,
  record: DeviceRecord,
): (Omit<Bye, 'type'> & { code: keyof typeof closeCodes }) | undefined {
  const standing = standingOf(record);
  if (standing !== 'present' && session.standing !== standing) {
    return { ...keptOut[standing], retryMs: 5_000 };
  }
  if (session.role === record.role) return undefined;
  const message = `This device is "${record.role}" from now on. It shows that in a moment.`;
  return { code: 'ROLE_CHANGED', message, retryMs: 250 };
}

/** Ends a socket on which something came that nobody can read, or not what has to come. */
export function endBadly(state: HubState, session: Session, problem: string): void {
  const { socket } = session;
  sendTo(state, socket, { type: 'bye', code: 'BAD_FRAME', message: problem, retryMs: 5_000 });
  state.effects.push({ type: 'close', socket, code: 4002, reason: 'BAD_FRAME' });
  forget(state, socket);
}

/** A socket is gone, or is not listened to any longer. */
export function forget(state: HubState, socket: string): void {
  const session = state.sessions.get(socket);
  state.sessions.delete(socket);
  if (session?.phase !== 'open') return;
  state.seenMs.set(session.device, hubTimeMs(state));
  goSilent(session);
  if (state.openByDevice.get(session.device) === session) {
    state.openByDevice.delete(session.device);
  }
}

/** Asks for everything from `from` on again, at most once a second; answers whether it did. */
export function sayGap(state: HubState, session: Open, from: number): boolean {
  if (state.now.monoMs - session.gapAtMs < gapEveryMs) return false;
  session.gapAtMs = state.now.monoMs;
  sendTo(state, session.socket, { type: 'gap', from });
  return true;
}
