// From the first frame to a welcome: who is it, is it the one it says, is its history ours, and how
// is it brought up to the head. Nobody is told anything before that.

import type { View } from '../domain.ts';
import type { Answer } from '../ports/store.ts';
import { stampOf } from '../chain.ts';
import type { Deny } from '../protocol/down/deny.ts';
import type { Welcome } from '../protocol/down/welcome.ts';
import {
  commandBytesMax,
  commandsInFlightMax,
  commandsPerSecond,
  frameBytesMax,
  helloWithinMs,
} from '../protocol/limits.ts';
import type { At } from '../protocol/scalar.ts';
import { type Hello, helloText } from '../protocol/up/hello.ts';
import { protocolFloor, protocolVersion } from '../protocol/version.ts';
import { catchUp, isAboveFloor } from './catch-up.ts';
import { type DeviceRecord, findDevice } from './device-record.ts';
import { giveOwn } from './queue.ts';
import { cloned, deny, forget } from './session.ts';
import { type HubState, type Open, type Session, find, hubTimeMs, sendTo } from './state.ts';
import { goLive, goSilent, viewState } from './telling.ts';

const clonesWithinMs = 120_000;
const replacementsMax = 3;

export function challenge(state: HubState, socket: string): void {
  const nonce = state.config.ids.next();
  const untilMonoMs = state.now.monoMs + helloWithinMs;
  state.sessions.set(socket, { phase: 'awaitingHello', socket, nonce, untilMonoMs });
  sendTo(state, socket, {
    type: 'challenge',
    nonce,
    hub: state.config.hub,
    store: state.store,
    protocol: { floor: protocolFloor, version: protocolVersion },
  });
}

export function hello(state: HubState, session: Session, message: Hello): void {
  if (session.phase === 'open' && session.device !== message.device) {
    deny(state, session.socket, { code: 'BAD_SIGNATURE', message: 'One socket, one device.' });
    return;
  }
  const record = findDevice(state.rows, message.device);
  const denied = denial(state, session, message, record);
  if (denied !== undefined || record === undefined) {
    deny(state, session.socket, denied ?? { code: 'UNKNOWN_DEVICE', message: letBackIn });
    return;
  }
  const { at } = message;
  if (at === undefined || !isPlausible(state, at) || at.seq === state.at.seq) {
    welcome(state, session, message, record, at?.chain === state.at.chain);
    return;
  }
  if (session.phase === 'open') goSilent(session);
  const { socket, nonce } = session;
  const checking: Session = {
    phase: 'checking',
    socket,
    nonce,
    untilMonoMs: state.now.monoMs + helloWithinMs,
  };
  if (session.phase !== 'open') state.sessions.set(socket, checking);
  find(state, { chains: [at.seq] }, (answer: Answer) => {
    const present = state.sessions.get(socket);
    if (present === undefined) return;
    welcome(state, present, message, record, answer.chains.get(at.seq) === at.chain);
  });
}

const letBackIn = 'This hub does not know this device. Ask a manager to let it back in.';

function denial(
  state: HubState,
  session: Session,
  message: Hello,
  record: DeviceRecord | undefined,
): Omit<Deny, 'type'> | undefined {
  if (message.store !== state.store) {
    return { code: 'OTHER_STORE', message: 'This hub belongs to another shop.' };
  }
  if (record === undefined) return { code: 'UNKNOWN_DEVICE', message: letBackIn };
  const text = helloText(session.nonce, state.config.hub, state.store, message.device);
  if (!state.config.verifier.verify(record.publicKey, text, message.signature)) {
    return { code: 'BAD_SIGNATURE', message: 'This device could not prove who it is.' };
  }
  return isClone(state, message) ? cloned : undefined;
}

/** Two runs that take each other's place again and again are two devices with one identity. */
function isClone(state: HubState, message: Hello): boolean {
  const present = state.openByDevice.get(message.device);
  if (present === undefined || present.run === message.run) return false;
  const since = state.now.monoMs - clonesWithinMs;
  const recent = (state.replaced.get(message.device) ?? []).filter((past) => past.atMs > since);
  if (recent.length >= replacementsMax && recent.some((past) => past.run === message.run)) {
    return true;
  }
  recent.push({ run: message.run, atMs: state.now.monoMs });
  state.replaced.set(message.device, recent);
  return false;
}

/** Whether `at` could be of our present history: our stamp, our epoch, not past our head. */
function isPlausible(state: HubState, at: At): boolean {
  const { epoch } = state.at;
  return (
    at.epoch.id === epoch.id &&
    at.epoch.number === epoch.number &&
    at.seq <= state.at.seq &&
    stampOf(state.config.hash, state.config.stampKey, at) === at.stamp
  );
}

function welcome(
  state: HubState,
  session: Session,
  message: Hello,
  record: DeviceRecord,
  isOurs: boolean,
): void {
  replace(state, session.socket, message.device);
  const open = openSession(state, session, message, record);
  const lastN = noteMissing(state, message);
  const mode = modeOf(state, open, message, isOurs);
  sendTo(state, session.socket, welcomeOf(state, lastN, mode));
  if (mode === 'pushOnly') return;
  if (mode === 'snapshot') catchUp(state, open, undefined);
  if (mode === 'delta') catchUp(state, open, message.at?.seq ?? 0);
  open.seq = state.at.seq;
  open.told = state.at.seq;
  goLive(state, open);
}

function welcomeOf(state: HubState, lastN: number, mode: Welcome['mode']): Welcome {
  return {
    type: 'welcome',
    protocol: protocolVersion,
    head: state.at,
    lastN,
    hubTimeMs: hubTimeMs(state),
    addresses: [...state.config.addresses()],
    limits: { frameBytesMax, commandBytesMax, commandsPerSecond, commandsInFlightMax },
    mode,
  };
}

function modeOf(state: HubState, open: Open, message: Hello, isOurs: boolean): Welcome['mode'] {
  if (open.mode === 'pushOnly' || open.view === undefined) return 'pushOnly';
  const { at } = message;
  const view: View = open.view.view;
  const sameView = message.view === open.view.name && message.projection === view.projection;
  if (!isOurs || !sameView || at === undefined || !isPlausible(state, at)) return 'snapshot';
  if (!isAboveFloor(state, at.seq)) return 'snapshot';
  return at.seq === state.at.seq && message.lastN === (state.lastN.get(open.device) ?? 0)
    ? 'live'
    : 'delta';
}

/** Commands below the lowest the device still holds are gone: people are told, the queue goes on. */
function noteMissing(state: HubState, message: Hello): number {
  const lastN = state.lastN.get(message.device) ?? 0;
  const { device, lowest } = message;
  if (lowest <= lastN + 1) return lastN;
  const args = { device, from: lastN + 1, to: lowest - 1 };
  giveOwn(state, `missing:${device}:${lowest}`, 'device.missing', args);
  return lastN;
}

/** One live socket per device: the newer wins. */
function replace(state: HubState, socket: string, device: string): void {
  const older = state.openByDevice.get(device);
  if (older === undefined || older.socket === socket) return;
  const message = 'This device connected again elsewhere.';
  sendTo(state, older.socket, { type: 'bye', code: 'REPLACED', message, retryMs: 10_000 });
  state.effects.push({ type: 'close', socket: older.socket, code: 4001, reason: 'REPLACED' });
  forget(state, older.socket);
}

function openSession(
  state: HubState,
  session: Session,
  message: Hello,
  record: DeviceRecord,
): Open {
  if (session.phase === 'open') {
    goSilent(session);
    session.mode = session.mode === 'live' ? 'behind' : session.mode;
    return session;
  }
  const name = state.config.domain.viewOf(record.role);
  const view = name === undefined ? undefined : viewState(state, name);
  const tooOld = message.protocol < protocolFloor;
  const open: Open = {
    phase: 'open',
    socket: session.socket,
    nonce: session.nonce,
    device: record.device,
    role: record.role,
    run: message.run,
    view,
    mode: tooOld || record.revokedAt !== undefined ? 'pushOnly' : 'behind',
    seq: 0,
    told: 0,
    sentAtMs: state.now.monoMs,
    heardAtMs: state.now.monoMs,
    gapAtMs: -Infinity,
    waiting: 0,
    seen: undefined,
  };
  state.sessions.set(session.socket, open);
  state.openByDevice.set(record.device, open);
  return open;
}
