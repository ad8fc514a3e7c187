// The hub's answer to a device that has proven who it is: where history stands, who the device is by
// the hub's table, and how it is brought up to the head.

import { stampOf } from '../chain.ts';
import type { View } from '../domain.ts';
import type { Welcome } from '../protocol/down/welcome.ts';
import {
  commandBytesMax,
  commandsInFlightMax,
  commandsPerSecond,
  frameBytesMax,
} from '../protocol/limits.ts';
import type { At } from '../protocol/scalar.ts';
import type { Hello } from '../protocol/up/hello.ts';
import { protocolFloor, protocolVersion } from '../protocol/version.ts';
import { catchUp, isAboveFloor } from './catch-up.ts';
import { type DeviceRecord, standingOf } from './device-record.ts';
import { expectOffers } from './recovery.ts';
import { forget, keptOut } from './session.ts';
import { type HubState, type Open, type Session, hubTimeMs, sendTo } from './state.ts';
import { goLive, goSilent, viewState } from './telling.ts';

/** Below every floor: a device that has to be told everything. */
const nothing = -1;

export function welcome(
  state: HubState,
  session: Session,
  message: Hello,
  record: DeviceRecord,
  isOurs: boolean,
): void {
  replace(state, session.socket, message.device);
  const open = openSession(state, session, message, record);
  const lastN = state.lastN.get(open.device) ?? 0;
  const lacks = expectOffers(state, open.device, message.answered);
  if (lacks) open.offersThrough = message.answered;
  if (state.recovery !== undefined && open.mode !== 'pushOnly') open.mode = 'recovering';
  const mode = modeOf(state, open, message, isOurs);
  sendTo(state, session.socket, {
    ...welcomeOf(state, open, record, mode),
    ...keptOf(state, message),
    ...(lacks ? { restoredTo: lastN } : {}),
  });
  if (mode === 'pushOnly') return;
  if (open.isPressed) {
    open.seq = mode === 'snapshot' ? nothing : (message.at?.seq ?? nothing);
    return;
  }
  if (mode === 'snapshot') catchUp(state, open, undefined);
  if (mode === 'delta') catchUp(state, open, message.at?.seq ?? 0);
  open.seq = state.at.seq;
  open.told = state.at.seq;
  goLive(state, open);
}

function welcomeOf(
  state: HubState,
  open: Open,
  { name, letter }: DeviceRecord,
  mode: Welcome['mode'],
): Welcome {
  const { standing, role } = open;
  return {
    type: 'welcome',
    protocol: protocolVersion,
    head: state.at,
    lastN: state.lastN.get(open.device) ?? 0,
    hubTimeMs: hubTimeMs(state),
    addresses: [...state.config.addresses()],
    view: open.view?.name ?? '',
    projection: open.view?.view.projection ?? '',
    role,
    name,
    letter,
    ...(standing === 'present' ? {} : { keptOut: keptOut[standing] }),
    limits: {
      frameBytesMax,
      commandBytesMax,
      commandsPerSecond: state.config.commandRate?.perSecond ?? commandsPerSecond,
      commandsInFlightMax,
    },
    mode,
  };
}

/** How much of the epoch that the device's rows are of is part of our history, if it is another. */
function keptOf(state: HubState, { at }: Hello): Pick<Welcome, 'keptTo' | 'newFrom'> {
  const present = state.epochs.at(-1)!;
  if (at === undefined || at.epoch.id === present.id) return {};
  const { endedAt } = state.epochs.find(({ id }) => id === at.epoch.id) ?? {};
  return endedAt === undefined
    ? { newFrom: present.beganAt }
    : { keptTo: endedAt, newFrom: endedAt };
}

function modeOf(state: HubState, open: Open, message: Hello, isOurs: boolean): Welcome['mode'] {
  const isTold = open.mode !== 'pushOnly' && open.mode !== 'recovering';
  if (!isTold || open.view === undefined) return 'pushOnly';
  const { at } = message;
  const view: View = open.view.view;
  const sameView = message.view === open.view.name && message.projection === view.projection;
  if (!isOurs || !sameView || at === undefined || !isPlausible(state, at)) return 'snapshot';
  if (!isAboveFloor(state, at.seq)) return 'snapshot';
  return at.seq === state.at.seq && message.lastN === (state.lastN.get(open.device) ?? 0)
    ? 'live'
    : 'delta';
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
  const standing = standingOf(record);
  const open: Open = {
    phase: 'open',
    socket: session.socket,
    nonce: session.nonce,
    device: record.device,
    role: record.role,
    standing,
    run: message.run,
    view,
    mode: tooOld || standing !== 'present' ? 'pushOnly' : 'behind',
    seq: 0,
    told: 0,
    sentAtMs: state.now.monoMs,
    heardAtMs: state.now.monoMs,
    gapAtMs: -Infinity,
    helloAtMs: -Infinity,
    offersThrough: 0,
    hasMoreOffers: false,
    waiting: 0,
    isPressed: false,
    seen: undefined,
  };
  state.sessions.set(session.socket, open);
  state.openByDevice.set(record.device, open);
  return open;
}

/** Whether `at` could be of our present history: our stamp, our epoch, not past our head. */
export function isPlausible(state: HubState, at: At): boolean {
  const { epoch } = state.at;
  return (
    at.epoch.id === epoch.id &&
    at.epoch.number === epoch.number &&
    at.seq <= state.at.seq &&
    stampOf(state.config.hash, state.config.stampKey, at) === at.stamp
  );
}
