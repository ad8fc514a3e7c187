// The end of a session: refused for a reason, or gone.

import type { Deny } from '../protocol/down/deny.ts';
import { type HubState, sendTo } from './state.ts';
import { goSilent } from './telling.ts';

export const cloned: Omit<Deny, 'type'> = {
  code: 'CLONE',
  message: 'Another device uses the same identity. This one needs its own.',
};

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
