// What a device does with each message of the hub that it reads: the connection moves on, rows and
// outcomes are taken in, and whoever watches hears which rows look different.

import { decodeDown } from '../protocol/decode.ts';
import type { Bye } from '../protocol/down/bye.ts';
import type { Down } from '../protocol/down.ts';
import type { Welcome } from '../protocol/down/welcome.ts';
import { reconnectMsMax } from '../protocol/limits.ts';
import {
  busy,
  catchUpBegin,
  catchUpEnd,
  catchUpPart,
  changes,
  gap,
  heartbeat,
  outcomes,
  welcomed,
} from './frames.ts';
import { heededMs, moveLink, waitFor } from './link-moves.ts';
import { offerAgain } from './offering.ts';
import { rebase } from './rebase.ts';
import { push, sayHello } from './sending.ts';
import type { ReplicaState } from './state.ts';

/** All that counts before this socket's welcome: what follows would be read as the last one's. */
const first: ReadonlySet<Down['type']> = new Set(['challenge', 'welcome', 'deny', 'bye']);

export function received(state: ReplicaState, text: string): void {
  if (state.link !== 'greeting' && state.link !== 'open') return;
  state.heardAtMs = state.now.monoMs;
  state.pingAtMs = undefined;
  const { message } = decodeDown(text);
  if (message === undefined) return moveLink(state, 'overdue');
  if (state.link === 'greeting' && !first.has(message.type)) return;
  if (isOfOther(state, message)) return moveLink(state, 'overdue');
  const { role } = state;
  const pendingBefore = state.pending.size;
  const touched = heed(state, message);
  const isOther = state.pending.size !== pendingBefore || state.role !== role;
  const moved = message.type === 'outcomes' || isOther;
  if (touched.size > 0 || moved) {
    for (const key of rebase(state)) touched.add(key);
    notify(state, touched);
  }
  push(state);
}

/** Whoever is there in the place of this shop's hub is believed one thing: that it is another shop's. */
function isOfOther({ config, challenge }: ReplicaState, message: Down): boolean {
  if (message.type === 'challenge' || challenge?.store === config.store) return false;
  return message.type !== 'deny' || message.code !== 'OTHER_STORE';
}

function heed(state: ReplicaState, message: Down): Set<string> {
  switch (message.type) {
    case 'challenge':
      state.challenge = message;
      state.signature = '';
      sayHello(state);
      break;
    case 'welcome':
      {
        const isNew = state.link === 'greeting';
        moveLink(state, 'welcomed');
        heedRecord(state, message);
        welcomed(state, message, isNew);
      }
      offerAgain(state, message.restoredTo);
      break;
    case 'deny':
      state.isUnknown = message.code === 'UNKNOWN_DEVICE';
      state.effects.push({ type: 'denied', deny: message });
      moveLink(state, 'denied');
      state.linkUntilMs = state.now.monoMs + heededMs(message.retryMs ?? reconnectMsMax);
      break;
    case 'outcomes':
      outcomes(state, message);
      break;
    case 'gap':
      gap(state, message.from);
      break;
    case 'busy':
      busy(state, message);
      break;
    case 'changes':
      return changes(state, message);
    case 'catchUpBegin':
      catchUpBegin(state, message);
      break;
    case 'catchUpPart':
      catchUpPart(state, message);
      break;
    case 'catchUpEnd':
      return catchUpEnd(state, message);
    case 'heartbeat':
    case 'pong':
      heartbeat(state, message);
      break;
    case 'bye':
      heedBye(state, message);
  }
  return new Set();
}

/** Who it is by the hub's table. What was drawn on the screens of another role is to be said anew. */
function heedRecord(state: ReplicaState, { role, name, letter, keptOut }: Welcome): void {
  state.isUnknown = false;
  if (state.role !== role) state.drawnStations = undefined;
  state.role = role;
  state.name = name;
  state.letter = letter;
  state.keptOut = keptOut;
}

/** Whoever is put away or shut out at this moment knows it at once: by the hub that welcomed it. */
function heedBye(state: ReplicaState, { code, message, retryMs }: Bye): void {
  const isLeaving = code === 'RETIRED' || code === 'REVOKED';
  if (isLeaving && state.link === 'open') state.keptOut = { code, message };
  moveLink(state, 'overdue');
  waitFor(state, retryMs);
}

export function notify(state: ReplicaState, keys: ReadonlySet<string>): void {
  if (keys.size > 0) state.effects.push({ type: 'changed', keys });
}
