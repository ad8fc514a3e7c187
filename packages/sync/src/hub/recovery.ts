// Recovery: after history was lost in part, devices offer again what was answered once. The hub waits
// until it has heard everybody, orders all of it as it was, and decides it before anything new.

import { engineCommands } from '../command/engine-commands.ts';
import type { JsonObject } from '../json.ts';
import type { Command } from '../protocol/command.ts';
import type { Answered } from '../protocol/outcome.ts';
import { catchUp } from './catch-up.ts';
import { deviceRecords, standingOf } from './device-record.ts';
import { decideAll, openDeferred } from './late-decisions.ts';
import { epochKey } from './own-commands.ts';
import { giveOwn, wake } from './give.ts';
import { askForRest, freeOffer, keepOffer } from './offer-room.ts';
import { sayGap } from './session.ts';
import { type HubState, type Offers, type Open, type Waiting, hubTimeMs } from './state.ts';
import { goLive } from './telling.ts';

/** Nobody is waited for longer than this after the last offer came. */
const quietMs = 30_000;
/** Whatever anybody offers: the shop has to go on, and who is late is heard then. */
const recoveryMsMax = 5 * 60_000;
/** Nobody is waited for who has not been here for a week. */
const goneAfterMs = 7 * 86_400_000;
/** When what waits for missing rows is decided once more, after the unanswered had time to come. */
const decideAgainMs = 10_000;

/** Whether the present epoch still waits to hear what devices know. */
export function needsRecovery(state: HubState): boolean {
  const { epoch } = state.at;
  return epoch.number > 1 && state.rows.find(epochKey(epoch.id)) === undefined;
}

/** What the sidecar knows of who was here when; without it everybody is waited for. */
export function rememberSeen(state: HubState, witnessed: readonly JsonObject[]): void {
  for (const { device, seenMs } of witnessed) {
    if (typeof device === 'string' && typeof seenMs === 'number') state.seenMs.set(device, seenMs);
  }
}

export function startRecovery(state: HubState): void {
  const { monoMs } = state.now;
  state.recovery = { heard: new Set(), beganAtMs: monoMs, offeredAtMs: monoMs, isEnding: false };
  state.effects.push({ type: 'recovery', isOver: false });
}

/** A device said hello: does it hold outcomes that this hub does not have? */
export function expectOffers(state: HubState, device: string, answered: number): boolean {
  const lacks = answered > (state.lastN.get(device) ?? 0);
  if (lacks) {
    // What it offered before its link died counts: else a device that comes and goes never ends.
    const before = state.offers.get(device);
    if (before?.answered === answered) before.cutAt = Infinity;
    else {
      for (const { bytes } of before?.byN.values() ?? []) freeOffer(state, device, bytes);
      state.offers.set(device, noOffers(state, answered));
    }
  } else state.recovery?.heard.add(device);
  return lacks;
}

function noOffers(state: HubState, answered: number): Offers {
  const atMs = state.now.monoMs;
  return { answered, byN: new Map(), cutAt: Infinity, askedFor: undefined, atMs };
}

/** Answered once, or without an outcome and given between what was: it is decided in its place. */
export function isOffered(state: HubState, { device }: Open, { n, answered }: Command): boolean {
  return answered !== undefined || n < (state.offers.get(device)?.answered ?? 0);
}

/** Keeps what is offered again until all of it is there. */
export function takeOffers(state: HubState, session: Open, commands: readonly Command[]): void {
  const { device } = session;
  const atMs = state.now.monoMs;
  const highest = Math.max(...commands.map(({ n }) => n));
  const answered = Math.max(highest, session.offersThrough);
  const offers = state.offers.get(device) ?? noOffers(state, answered);
  state.offers.set(device, offers);
  const kept = commands.filter((command) => keepOffer(state, session, offers, command));
  if (kept.length > 0) {
    offers.atMs = atMs;
    const { recovery } = state;
    if (recovery?.heard.has(device) === false) recovery.offeredAtMs = atMs;
  }
  const missing = firstMissing(state, device, offers);
  const isAll = highest >= offers.answered;
  const isWhole = missing > offers.answered || (isAll && missing >= offers.cutAt);
  // A hole is something that got lost on the way, unless it is still there when all comes again.
  if (isWhole || (isAll && missing === offers.askedFor)) heard(state, device);
  else if (isAll && sayGap(state, session, missing)) offers.askedFor = missing;
}

function firstMissing(state: HubState, device: string, { byN }: Offers): number {
  let n = (state.lastN.get(device) ?? 0) + 1;
  while (byN.has(n)) n += 1;
  return n;
}

/** A device has offered all it has. In recovery the others are waited for; else it is decided now. */
function heard(state: HubState, device: string): void {
  const offers = state.offers.get(device);
  if (offers === undefined) return;
  if (state.recovery !== undefined) {
    state.recovery.heard.add(device);
    return;
  }
  queueOffers(state, [[device, offers]]);
  state.decideAgainAtMs = state.now.monoMs + decideAgainMs;
}

/** In the order of the history that was lost, and of one device in the order of its `n`. */
function queueOffers(state: HubState, offered: Iterable<[string, Offers]>): void {
  const placed: { readonly place: Place; readonly waiting: Waiting }[] = [];
  for (const [device, { byN }] of offered) {
    const session = state.openByDevice.get(device);
    let place = nowhere;
    const ns = [...byN.keys()].toSorted((one, other) => other - one);
    for (const { command, bytes } of ns.map((n) => byN.get(n)!)) {
      place = earlier(command.answered, place);
      placed.push({ place, waiting: { session, device, command, offeredBytes: bytes } });
    }
    nameLacking(state, device, byN);
    state.offers.delete(device);
  }
  placed.sort((one, other) => {
    return compare(one.place, other.place) || one.waiting.command.n - other.waiting.command.n;
  });
  for (const { waiting } of placed) {
    if (waiting.session !== undefined) waiting.session.waiting += 1;
    state.queue.push(waiting);
  }
  wake(state);
}

/** Up to its last answer a device's offers are decided without what did not come: people are told. */
function nameLacking(state: HubState, device: string, byN: Offers['byN']): void {
  const offered = [...byN.values()].map(({ command }) => command);
  const came = offered.toSorted((one, other) => one.n - other.n);
  const last = came.findLast(({ answered }) => answered !== undefined)?.n ?? 0;
  let through = reached(state, device);
  let [from, to, some] = [0, 0, 0];
  for (const { n } of came) {
    if (n <= through || n > last) continue;
    if (n > through + 1) {
      from ||= through + 1;
      to = n - 1;
      some += n - through - 1;
    }
    through = n;
  }
  if (some === 0) return;
  const id = `lacking:${state.at.epoch.id}:${device}:${from}`;
  giveOwn(state, id, engineCommands.lacking, { device, from, to, some });
}

/** The highest `n` of a device that is decided, or was offered and waits to be. */
function reached(state: HubState, device: string): number {
  const taken = state.work.step === 'idle' ? [] : state.work.taken;
  let highest = state.lastN.get(device) ?? 0;
  for (const waiting of [...taken, ...state.queue]) {
    if (waiting.device !== device || waiting.offeredBytes === undefined) continue;
    highest = Math.max(highest, waiting.command.n);
  }
  return highest;
}

/** Where something was decided once: epochs first, then seq. Never a time. */
type Place = Pick<Answered, 'epoch' | 'seq'>;

const nowhere: Place = { epoch: { number: Infinity, id: '' }, seq: Infinity };

function earlier(one: Place | undefined, other: Place): Place {
  return one !== undefined && compare(one, other) < 0 ? one : other;
}

function compare(one: Place, other: Place): number {
  if (one.epoch.number !== other.epoch.number)
    return one.epoch.number < other.epoch.number ? -1 : 1;
  if (one.epoch.id !== other.epoch.id) return one.epoch.id < other.epoch.id ? -1 : 1;
  return one.seq === other.seq ? 0 : one.seq - other.seq;
}

/** Looks once a second whether the waiting is over. */
export function watchRecovery(state: HubState): void {
  const { recovery, now } = state;
  if (recovery !== undefined && !recovery.isEnding) {
    const isQuiet = now.monoMs - recovery.offeredAtMs >= quietMs;
    const isLong = now.monoMs - recovery.beganAtMs >= recoveryMsMax;
    if (isQuiet || isLong || awaitedDevices(state)!.length === 0) {
      recovery.isEnding = true;
      queueOffers(state, [...state.offers]);
      const { id } = state.at.epoch;
      giveOwn(state, `recovered:${id}`, engineCommands.recovered, { epoch: id });
    }
  }
  if (recovery === undefined) {
    for (const [device, { atMs }] of state.offers) {
      if (now.monoMs - atMs >= quietMs) heard(state, device);
    }
    askForRest(state);
  }
  if (now.monoMs >= state.decideAgainAtMs && recovery === undefined) {
    state.decideAgainAtMs = Infinity;
    decideAll(state, openDeferred(state));
  }
}

/** The names of the devices that recovery waits for; undefined where there is none. */
export function awaitedDevices(state: HubState): readonly string[] | undefined {
  const { recovery } = state;
  if (recovery === undefined) return undefined;
  const names: string[] = [];
  for (const record of deviceRecords(state.rows)) {
    if (standingOf(record) !== 'present') continue;
    if (!recovery.heard.has(record.device) && !isLongGone(state, record.device))
      names.push(record.name);
  }
  return names;
}

/** It may well be in a drawer. When it comes back after all it is heard then. */
function isLongGone(state: HubState, device: string): boolean {
  const seenMs = state.seenMs.get(device);
  return seenMs !== undefined && hubTimeMs(state) - seenMs > goneAfterMs;
}

/** All that was offered is durable: everybody gets the rows, and new commands are taken again. */
export function endRecovery(state: HubState): void {
  state.recovery = undefined;
  state.effects.push({ type: 'recovery', isOver: true });
  for (const session of state.openByDevice.values()) {
    if (session.view === undefined || session.mode !== 'recovering') continue;
    session.mode = 'behind';
    catchUp(state, session, undefined);
    goLive(state, session);
  }
  decideAll(state, openDeferred(state));
  state.decideAgainAtMs = state.now.monoMs + decideAgainMs;
}
