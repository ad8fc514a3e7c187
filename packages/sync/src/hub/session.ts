// The end of a session: refused for a reason, or gone.

import type { Deny } from '../protocol/down/deny.ts';
import { freeLetter } from './device-record.ts';
import { type HubState, type Open, sendTo } from './state.ts';
import { goSilent } from './telling.ts';

const gapEveryMs = 1_000;

/** Why a copy of another device is refused, and who it may be from now on. */
export function cloned(state: HubState): Omit<Deny, 'type'> {
  return {
    code: 'CLONE',
    message: 'Another device uses the same identity. This one gets its own.',
    identity: { device: state.config.ids.next(), letter: freeLetter(state.rows) },
  };
}

export function deny(state: HubState, socket: string, why: Omit<Deny, 'type'>): void {
  sendTo(state, socket, { type: 'deny', ...why });
  state.effects.push({ type: 'close', socket, code: 4003, reason: why.code });
  forget(state, socket);
}

/** A socket is gone, or is not listened to any longer. */
export function forget(state: HubState, socket: string): void {
  const session = state.sessions.get(socket);
  state.sessions.delete(socket);
  if (session?.phase !== 'open') return;
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
