// The hub's half of the engine: one synchronous step from an input to effects. It owns no socket,
// disk or clock; what it asks for comes back as the next input. Commit, then answer, then tell.

import { genesisChain, stampOf } from '../chain.ts';
import { kindOf } from '../domain.ts';
import type { Moment } from '../ports/clock.ts';
import type { Epoch, StoreImage } from '../ports/store.ts';
import { decodeUp } from '../protocol/decode.ts';
import type { At } from '../protocol/scalar.ts';
import type { SeenMessage } from '../protocol/up/seen.ts';
import { life, tick } from './beat.ts';
import { begin } from './begin.ts';
import { catchUp, isAboveFloor } from './catch-up.ts';
import { type ListedDevice, listDevices } from './device-list.ts';
import { type Opening, lossAtOpening, restoreDevices, wantEpoch } from './epoch.ts';
import { giveOwn } from './give.ts';
import { challenge, hello } from './handshake.ts';
import type { Knock } from './knocking.ts';
import { decideReadable } from './late-decisions.ts';
import { committed, enqueue, work } from './queue.ts';
import { awaitedDevices, needsRecovery, rememberSeen, startRecovery } from './recovery.ts';
import { endBadly, forget } from './session.ts';
import type { HubConfig, HubEffect, HubInput, HubState, Open, Session } from './state.ts';
import { sendTo } from './state.ts';
import { goLive, goSilent } from './telling.ts';
import { refusedByStore } from './turning-away.ts';

const helloEveryMs = 1_000;

/** The beginning of a new store, for `Store.begin`. */
export function genesis(config: HubConfig) {
  const store = config.ids.next();
  const epoch: Epoch = { number: 1, id: config.ids.next() };
  return { store, epoch, chain: genesisChain(config.hash, store, epoch) };
}

export class Hub {
  readonly #state: HubState;

  constructor(config: HubConfig, image: StoreImage, now: Moment, opening: Opening = {}) {
    const { witnessed } = opening;
    const state = begin(config, image, now, witnessed?.receipt ?? 0);
    this.#state = state;
    rememberSeen(state, witnessed?.devices ?? []);
    const isOurStamp = (at: At): boolean => stampOf(config.hash, config.stampKey, at) === at.stamp;
    if (lossAtOpening(opening, state.epochs, state.at.seq, isOurStamp) !== undefined) {
      const numbers = witnessed?.epochs.map(({ number }) => number) ?? [];
      wantEpoch(state, Math.max(0, ...numbers));
      if (witnessed !== undefined) restoreDevices(state, witnessed);
    } else if (needsRecovery(state)) startRecovery(state);
    decideReadable(state);
  }

  /** Takes one input in; the effects are to be carried out in their order. */
  step(input: HubInput, now: Moment): HubEffect[] {
    const state = this.#state;
    state.now = now;
    take(state, input);
    const { effects } = state;
    state.effects = [];
    return effects;
  }

  /** What health and banners may show. */
  get status() {
    const { store, at, floor, day, sessions, queue, rows, offers } = this.#state;
    const devices = [...this.#state.openByDevice.keys()];
    const awaited = awaitedDevices(this.#state);
    const sockets = sessions.size;
    const queued = queue.length;
    const behind = [...this.#state.openByDevice.values()].filter(({ mode }) => mode === 'behind');
    // What devices offered again and is not decided yet, because the rest of it is lacking.
    const offered = [...offers.values()].reduce((sum, { byN }) => sum + byN.size, 0);
    const counts = { sockets, queued, offered, behind: behind.length };
    return { store, at, floor, day, devices, ...counts, rows, awaited };
  }

  /** The device table, with who is here. */
  get devices(): ListedDevice[] {
    return listDevices(this.#state);
  }

  /** Whether a device that is known said hello on this socket. */
  isWelcome(socket: string): boolean {
    return this.#state.sessions.get(socket)?.phase === 'open';
  }

  /** Who asks to be let in. */
  get knocks(): Knock[] {
    return [...this.#state.knocks.values()];
  }
}

function take(state: HubState, input: HubInput): void {
  switch (input.type) {
    case 'connected':
      return challenge(state, input.socket, input.origin);
    case 'received':
      return received(state, input.socket, input.text);
    case 'closed':
      return forget(state, input.socket);
    case 'pressed':
      return pressed(state.sessions.get(input.socket));
    case 'drained':
      return drained(state, state.sessions.get(input.socket));
    case 'tick':
      return tick(state);
    case 'work':
      work(state);
      return stopWhenIdle(state);
    case 'found': {
      const then = state.asks.get(input.ask);
      state.asks.delete(input.ask);
      then?.(input.answer);
      return stopWhenIdle(state);
    }
    case 'committed':
      committed(state);
      return stopWhenIdle(state);
    case 'refused':
      refusedByStore(state, input.fault, input.message);
      // A store that takes nothing must not keep the hub from stopping: devices hold what is theirs.
      if (state.stopping && input.fault === 'busy') state.queue = [];
      return stopWhenIdle(state);
    case 'copied':
      state.safe = { epoch: input.epoch, lastN: new Map(input.lastN) };
      return undefined;
    case 'own':
      return giveOwn(state, input.id, input.name, input.args as never);
    case 'stop':
      return stop(state);
  }
}

function received(state: HubState, socket: string, text: string): void {
  const session = state.sessions.get(socket);
  if (session === undefined) return;
  const decoded = decodeUp(text);
  const { message } = decoded;
  if (message === undefined) return endBadly(state, session, decoded.problem);
  if (message.type === 'hello') {
    if (session.phase === 'checking') return undefined;
    if (session.phase === 'open' && !mayHelloAgain(state, session)) {
      return endBadly(state, session, 'This device says hello too often on one socket.');
    }
    return hello(state, session, message);
  }
  if (session.phase !== 'open') {
    return endBadly(state, session, 'The first frame has to be a hello.');
  }
  session.heardAtMs = state.now.monoMs;
  switch (message.type) {
    case 'push':
      return enqueue(state, session, message.commands);
    case 'seen':
      return seen(state, session, message);
    case 'ping':
      return sendTo(state, socket, { type: 'pong', ...life(state, session) });
  }
}

/** Each one may have the store asked: one a second, after the first. */
function mayHelloAgain(state: HubState, session: Open): boolean {
  const { monoMs } = state.now;
  if (monoMs - session.helloAtMs < helloEveryMs) return false;
  session.helloAtMs = monoMs;
  return true;
}

function seen(state: HubState, session: Open, message: SeenMessage): void {
  // Who was put away or kept out draws nothing that counts.
  if (session.standing !== 'present') return;
  if (message.epoch.id !== state.at.epoch.id || message.seq > state.at.seq) return;
  const { seq, stations } = message;
  const { domain } = state.config;
  session.seen = { seq, stations };
  // Nobody has drawn what the view of its role never shows.
  const kinds = session.view?.view.kinds;
  const rows = [...state.rows.values()].filter(({ key }) => kinds?.has(kindOf(key)) === true);
  for (const command of domain.onSeen({ device: session.device, seq, stations }, rows)) {
    giveOwn(state, command.id, command.name, command.args);
  }
}

function pressed(session: Session | undefined): void {
  if (session?.phase !== 'open') return;
  session.isPressed = true;
  if (session.mode !== 'live') return;
  session.mode = 'behind';
  goSilent(session);
}

/** One delta from where the socket stopped, and the device is live again. */
function drained(state: HubState, session: Session | undefined): void {
  if (session?.phase !== 'open') return;
  session.isPressed = false;
  if (session.mode !== 'behind') return;
  if (session.seq !== state.at.seq) {
    catchUp(state, session, isAboveFloor(state, session.seq) ? session.seq : undefined);
  }
  goLive(state, session);
}

function stop(state: HubState): void {
  state.stopping = true;
  stopWhenIdle(state);
}

function stopWhenIdle(state: HubState): void {
  if (!state.stopping) return;
  if (state.work.step !== 'idle') return undefined;
  if (state.queue.length > 0) {
    state.effects.push({ type: 'wake' });
    return undefined;
  }
  const message = 'The hub stops for a moment. Nothing is lost; this device connects again.';
  for (const session of state.sessions.values()) {
    const { socket } = session;
    if (session.phase === 'open') {
      sendTo(state, socket, { type: 'bye', code: 'STOPPING', message, retryMs: 1_000 });
    }
    state.effects.push({ type: 'close', socket, code: 1001, reason: 'STOPPING' });
  }
  state.sessions.clear();
  state.effects.push({ type: 'stopped' });
}
