// The hub's half of the engine: one synchronous step from an input to effects. It owns no socket,
// disk or clock; what it asks for comes back as the next input. Commit, then answer, then tell.

import { genesisChain, stampOf } from '../chain.ts';
import { engineCommands } from '../command/engine-commands.ts';
import { kindOf } from '../domain.ts';
import type { Moment } from '../ports/clock.ts';
import type { Epoch, StoreImage } from '../ports/store.ts';
import { rowOf } from '../ports/store.ts';
import { decodeUp } from '../protocol/decode.ts';
import { pingAfterMs, silenceMsMax } from '../protocol/limits.ts';
import type { At } from '../protocol/scalar.ts';
import type { SeenMessage } from '../protocol/up/seen.ts';
import { hold } from '../rows/held-row.ts';
import { RowSet } from '../rows/row-set.ts';
import { catchUp, isAboveFloor } from './catch-up.ts';
import { challenge, hello } from './handshake.ts';
import { type ListedDevice, listDevices } from './device-list.ts';
import { giveOwn } from './give.ts';
import { committed, enqueue, refusedByStore, work } from './queue.ts';
import {
  type HubConfig,
  type HubEffect,
  type HubInput,
  type HubState,
  type Open,
  type Session,
  hubTimeMs,
  send,
  sendTo,
} from './state.ts';
import { isNewlyDoubtful, startClock } from './hub-clock.ts';
import type { Knock } from './knocking.ts';
import { decideReadable } from './late-decisions.ts';
import { type Opening, lossAtOpening, restoreDevices, wantEpoch } from './epoch.ts';
import {
  awaitedDevices,
  needsRecovery,
  rememberSeen,
  startRecovery,
  watchRecovery,
} from './recovery.ts';
import { witnessSoon } from './witnessing.ts';
import { forget } from './session.ts';
import { goLive, goSilent, tell } from './telling.ts';

const beatEveryMs = 1_000;
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

function begin(
  config: HubConfig,
  image: StoreImage,
  now: Moment,
  receiptWitnessed: number,
): HubState {
  const rows = new RowSet();
  for (const stored of image.rows) rows.put(hold(rowOf(stored), stored.text));
  const { number, id } = image.epochs.at(-1)!;
  const at = { epoch: { number, id }, ...image.head };
  const receipt = Math.max(image.receipt, receiptWitnessed);
  return {
    config,
    store: image.store,
    rows,
    tombstones: new Map(image.tombstones.map(({ key, seq }) => [key, seq])),
    lastN: new Map(image.lastN),
    epochs: image.epochs,
    at: { ...at, stamp: stampOf(config.hash, config.stampKey, at) },
    floor: image.floor,
    receipt,
    receiptAtOpening: receipt,
    day: image.day,
    clock: startClock(image.hubTimeMs, now),
    now,
    sessions: new Map(),
    openByDevice: new Map(),
    views: new Map(),
    moved: new Set(),
    toldAtMs: -Infinity,
    tellTimer: false,
    beatAtMs: now.monoMs,
    queue: [],
    ownN: 0,
    work: { step: 'idle' },
    stopping: false,
    wantedEpoch: undefined,
    hasNewEpoch: false,
    recovery: undefined,
    offers: new Map(),
    offerBytes: new Map(),
    decideAgainAtMs: Infinity,
    besides: new Map(),
    knocks: new Map(),
    seenMs: new Map(),
    paces: new Map(),
    safe: { epoch: '', lastN: new Map() },
    witnessAtMs: -Infinity,
    witnessedSeq: -1,
    asks: new Map(),
    asked: 0,
    catchUps: new Map(),
    catchUpsMade: 0,
    replaced: new Map(),
    effects: [],
  };
}

function take(state: HubState, input: HubInput): void {
  switch (input.type) {
    case 'connected':
      return challenge(state, input.socket);
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
  if (message === undefined) return badFrame(state, session, decoded.problem);
  if (message.type === 'hello') {
    if (session.phase === 'checking') return undefined;
    if (session.phase === 'open' && !mayHelloAgain(state, session)) {
      return badFrame(state, session, 'This device says hello too often on one socket.');
    }
    return hello(state, session, message);
  }
  if (session.phase !== 'open') {
    return badFrame(state, session, 'The first frame has to be a hello.');
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

function badFrame(state: HubState, session: Session, problem: string): void {
  const { socket } = session;
  sendTo(state, socket, { type: 'bye', code: 'BAD_FRAME', message: problem, retryMs: 5_000 });
  state.effects.push({ type: 'close', socket, code: 4002, reason: 'BAD_FRAME' });
  forget(state, socket);
}

/** What a heartbeat says: how far everything was written to this very socket. */
function life(state: HubState, session: Open) {
  const isWhole =
    session.mode === 'live' && session.view?.dirty.size === 0 && !state.moved.has(session.device);
  return {
    hubTimeMs: hubTimeMs(state),
    safeN: safeNOf(state, session.device),
    ...(isWhole
      ? { at: state.at, lastN: state.lastN.get(session.device) ?? 0, told: session.told }
      : {}),
  };
}

/** Through which `n` a device's journal is on another medium too, in the present epoch. */
function safeNOf(state: HubState, device: string): number {
  const { safe, at } = state;
  return safe.epoch === at.epoch.id ? (safe.lastN.get(device) ?? 0) : 0;
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

function tick(state: HubState): void {
  const { monoMs } = state.now;
  if (state.tellTimer) tell(state);
  if (monoMs >= state.beatAtMs) {
    state.beatAtMs = monoMs + beatEveryMs;
    beat(state);
  }
  if (!state.stopping) state.effects.push({ type: 'timer', atMonoMs: state.beatAtMs });
}

/** Once a second: who is silent, who has to hear a sign of life, is the day over. */
function beat(state: HubState): void {
  const { monoMs } = state.now;
  for (const session of state.sessions.values()) {
    if (session.phase !== 'open') {
      if (session.phase === 'awaitingHello' && monoMs >= session.untilMonoMs) {
        badFrame(state, session, 'No hello came in time.');
      }
    } else if (monoMs - session.heardAtMs > silenceMsMax) {
      const { socket } = session;
      state.effects.push({ type: 'close', socket, code: 4000, reason: 'SILENT' });
      forget(state, socket);
    } else if (monoMs - session.sentAtMs >= pingAfterMs) {
      const heartbeat = { type: 'heartbeat', ...life(state, session) };
      send(state, [session], JSON.stringify(heartbeat));
    }
  }
  watchRecovery(state);
  turnWhenDue(state);
  witnessSoon(state);
  work(state);
}

/** The business day changes when the domain says so. */
function turnWhenDue(state: HubState): void {
  if (isNewlyDoubtful(state)) {
    const { hub } = state.config;
    giveOwn(state, `clock:${hub}`, engineCommands.doubtClock, {
      wallMs: Math.round(state.now.wallMs),
    });
  }
  const day = state.config.domain.dayOf(hubTimeMs(state));
  if (day <= state.day || state.stopping || state.recovery !== undefined) return;
  if (state.clock.isTurnHeld && state.day !== '') return;
  giveOwn(state, `turn:${day}`, engineCommands.turn, { day });
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
