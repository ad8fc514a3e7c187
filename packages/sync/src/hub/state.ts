// What the hub's half holds in memory, and what goes in and out of it. Everything is bounded: the
// working set by the turn, sessions by the sockets, queues by their limits.

import type { Domain, View } from '../domain.ts';
import type { Moment } from '../ports/clock.ts';
import type { SocketId } from '../ports/channel.ts';
import type { Hash } from '../ports/hash.ts';
import type { Ids } from '../ports/ids.ts';
import type { Verifier } from '../ports/signature.ts';
import type {
  Answer,
  Epoch,
  EpochSpan,
  FaultKind,
  Question,
  StoreTransaction,
} from '../ports/store.ts';
import type { Witnessed } from '../ports/witness.ts';
import type { Command } from '../protocol/command.ts';
import type { Down } from '../protocol/down.ts';
import type { Decided } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';
import type { RowSet } from '../rows/row-set.ts';
import type { Batch } from './batch.ts';
import type { Standing } from './device-record.ts';
import type { HubClock } from './hub-clock.ts';
import type { Knock } from './knocking.ts';
import type { CommandRate, Pace } from './pace.ts';

export interface HubConfig {
  readonly domain: Domain;
  readonly hash: Hash;
  readonly ids: Ids;
  readonly verifier: Verifier;
  /** The id of this hub process, as which it gives its own commands. */
  readonly hub: string;
  /** Key of the stamps, kept outside the database. */
  readonly stampKey: string;
  /** Addresses under which devices may find the hub, `192.168.1.100:8080`. */
  addresses(): readonly string[];
  /** Of one device; left out, a device may give as many as it likes. */
  readonly commandRate?: CommandRate | undefined;
}

export type HubInput =
  /** Sockets of one `origin`, an address say, are taken for one neighbour where places are few. */
  | { readonly type: 'connected'; readonly socket: SocketId; readonly origin?: string | undefined }
  | { readonly type: 'received'; readonly socket: SocketId; readonly text: string }
  | { readonly type: 'closed'; readonly socket: SocketId }
  /** More than `behindBytes` wait to be written to this socket. */
  | { readonly type: 'pressed'; readonly socket: SocketId }
  /** Everything written to a pressed socket has left. */
  | { readonly type: 'drained'; readonly socket: SocketId }
  /** A time asked for with `timer` has come. */
  | { readonly type: 'tick' }
  /** What `wake` asked for. */
  | { readonly type: 'work' }
  | { readonly type: 'found'; readonly ask: number; readonly answer: Answer }
  | { readonly type: 'committed' }
  | { readonly type: 'refused'; readonly fault: FaultKind; readonly message: string }
  /**
   * A copy of the store was verified on another medium: what it holds of each device, and of which
   * epoch it is.
   */
  | { readonly type: 'copied'; readonly epoch: string; readonly lastN: ReadonlyMap<string, number> }
  /** A command of the hub's own. */
  | {
      readonly type: 'own';
      readonly id: string;
      readonly name: string;
      readonly args: Command['args'];
    }
  | { readonly type: 'stop' };

export type HubEffect =
  | { readonly type: 'send'; readonly sockets: readonly SocketId[]; readonly text: string }
  | {
      readonly type: 'close';
      readonly socket: SocketId;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: 'find'; readonly ask: number; readonly question: Question }
  | { readonly type: 'commit'; readonly transaction: StoreTransaction }
  /** To be written to the sidecar. */
  | { readonly type: 'witness'; readonly witnessed: Witnessed }
  /** Comes back as `work`, after what is already waiting to be read. */
  | { readonly type: 'wake' }
  /** A part of history is gone, and devices are asked for it; or that is over. */
  | { readonly type: 'recovery'; readonly isOver: boolean }
  | { readonly type: 'timer'; readonly atMonoMs: number }
  /** The outcome of an own command, once it is durable. */
  | { readonly type: 'done'; readonly decided: Decided }
  /** The store can no longer be trusted: leave, start again, verify. */
  | { readonly type: 'exit'; readonly message: string }
  /** Everything is committed and every socket told: the process may end. */
  | { readonly type: 'stopped' };

export type Session = AwaitingHello | Checking | Open;

interface AnySession {
  readonly socket: SocketId;
  readonly nonce: string;
}
export interface AwaitingHello extends AnySession {
  readonly phase: 'awaitingHello';
  readonly origin: string;
  readonly untilMonoMs: number;
}
/** The store is being asked whether the device's history is ours. */
export interface Checking extends AnySession {
  readonly phase: 'checking';
  readonly untilMonoMs: number;
}
export interface Open extends AnySession {
  readonly phase: 'open';
  readonly device: string;
  readonly role: string;
  readonly standing: Standing;
  readonly run: string;
  readonly view: ViewState | undefined;
  /** A live device is told at once, one behind when it is drained, a push-only one nothing. */
  mode: 'live' | 'behind' | 'recovering' | 'pushOnly';
  /** Through which seq everything was written to this socket. */
  seq: number;
  /** The `to` of the last telling written to this socket. */
  told: number;
  sentAtMs: number;
  heardAtMs: number;
  gapAtMs: number;
  /** When it last said hello again on this socket. */
  helloAtMs: number;
  /** Up to this `n` its hello said that it holds answers this hub lacks; 0 where it lacks none. */
  offersThrough: number;
  /** Not all that it offered again could be held: the rest is asked for later. */
  hasMoreOffers: boolean;
  waiting: number;
  /** More than `behindBytes` still wait to be written to it. */
  isPressed: boolean;
  seen: { readonly seq: number; readonly stations: readonly string[] } | undefined;
}

/** One view, its live sockets, and what they have not been told yet. */
export interface ViewState {
  readonly name: string;
  readonly view: View;
  readonly live: Map<SocketId, Open>;
  /** The `to` of the last telling that went to every live socket. */
  from: number;
  readonly dirty: Set<string>;
}

export interface Waiting {
  /** Undefined for the hub's own commands. */
  readonly session: Open | undefined;
  readonly device: string;
  readonly command: Command;
  /** How long it is, when a device offered it again: it is not sent a second time. */
  readonly offeredBytes?: number;
  /** The store refused a batch with it: it is tried alone. */
  readonly alone?: boolean;
  /** The store refused it alone: it is deferred. */
  readonly storeRefused?: string;
}

export type Work =
  | { readonly step: 'idle' }
  | { readonly step: 'finding'; readonly batch: Batch; readonly taken: readonly Waiting[] }
  | {
      readonly step: 'committing';
      readonly batch: Batch;
      readonly taken: readonly Waiting[];
      readonly answers: readonly Answered[];
      /** All epochs, when a new one begins with this commit. */
      readonly epochs?: readonly EpochSpan[];
    };

/** An outcome and whom to send it to. */
export interface Answered {
  readonly session: Open | undefined;
  readonly decided: Decided;
}

export interface HubState {
  readonly config: HubConfig;
  readonly store: string;
  readonly rows: RowSet;
  readonly tombstones: Map<string, number>;
  readonly lastN: Map<string, number>;
  epochs: readonly EpochSpan[];
  at: At;
  floor: number;
  receipt: number;
  /** The highest that was given when the store was opened, as store and sidecar know. */
  readonly receiptAtOpening: number;
  day: string;
  readonly clock: HubClock;
  now: Moment;
  readonly sessions: Map<SocketId, Session>;
  readonly openByDevice: Map<string, Open>;
  readonly views: Map<string, ViewState>;
  /** Devices whose `lastN` moved since the last telling. */
  readonly moved: Set<string>;
  toldAtMs: number;
  tellTimer: boolean;
  /** When heartbeats, deadlines and the turn are looked at next. */
  beatAtMs: number;
  queue: Waiting[];
  /** `n` of the hub's own last command. */
  ownN: number;
  work: Work;
  stopping: boolean;
  /** An epoch that begins with the next commit. */
  wantedEpoch: Epoch | undefined;
  /** One began since the store was opened: there will be no other. */
  hasNewEpoch: boolean;
  recovery: Recovery | undefined;
  /** What devices offer again, until all of it is there. */
  readonly offers: Map<string, Offers>;
  /** Bytes of what each device offers again, from when it came until it is decided. */
  readonly offerBytes: Map<string, number>;
  decideAgainAtMs: number;
  /** What revoked devices delivered since the store was opened and no person can decide on. */
  readonly besides: Map<string, number>;
  /** Devices that this hub does not know and that ask to be let in, by id and key; the latest last. */
  readonly knocks: Map<string, Knock>;
  /** Hub time at which devices were last here, as far as this hub and the sidecar know. */
  readonly seenMs: Map<string, number>;
  readonly paces: Map<string, Pace>;
  /** The newest verified copy. It covers nothing of an epoch that began after it. */
  safe: { readonly epoch: string; readonly lastN: ReadonlyMap<string, number> };
  witnessAtMs: number;
  witnessedSeq: number;
  readonly asks: Map<number, (answer: Answer) => void>;
  asked: number;
  readonly catchUps: Map<string, readonly string[]>;
  catchUpsMade: number;
  readonly replaced: Map<string, Replacement[]>;
  effects: HubEffect[];
}

export interface Recovery {
  readonly beganAtMs: number;
  /** Devices of which nothing is lacking. */
  readonly heard: Set<string>;
  offeredAtMs: number;
  isEnding: boolean;
}

export interface Offers {
  /** The highest `n` it has an outcome for. */
  readonly answered: number;
  readonly byN: Map<number, Offered>;
  /** From this `n` on nothing is kept: there was no room. */
  cutAt: number;
  /** The `n` that was asked for because it had not come with the rest. */
  askedFor: number | undefined;
  atMs: number;
}

export interface Offered {
  readonly command: Command;
  readonly bytes: number;
}

/** A run of a device that took the place of another. */
export interface Replacement {
  readonly run: string;
  readonly atMs: number;
}

export function send(state: HubState, sockets: readonly Open[], text: string): void {
  for (const session of sockets) session.sentAtMs = state.now.monoMs;
  state.effects.push({ type: 'send', sockets: sockets.map((session) => session.socket), text });
}

export function sendTo(state: HubState, socket: SocketId, message: Down): void {
  const session = state.sessions.get(socket);
  if (session?.phase === 'open') session.sentAtMs = state.now.monoMs;
  state.effects.push({ type: 'send', sockets: [socket], text: JSON.stringify(message) });
}

export function find(state: HubState, question: Question, then: (answer: Answer) => void): void {
  state.asked += 1;
  state.asks.set(state.asked, then);
  state.effects.push({ type: 'find', ask: state.asked, question });
}

export function hubTimeMs(state: HubState): number {
  return Math.round(state.now.monoMs + state.clock.offsetMs);
}
