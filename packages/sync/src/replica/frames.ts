// What a device does with each frame of the hub. Rows change only here: by a telling that follows
// on, by a whole catch-up, never by half of one.

import type { Busy } from '../protocol/down/busy.ts';
import type { CatchUpBegin, CatchUpEnd, CatchUpPart } from '../protocol/down/catch-up.ts';
import type { Changes } from '../protocol/down/changes.ts';
import type { Heartbeat, Pong } from '../protocol/down/heartbeat.ts';
import type { Outcomes } from '../protocol/down/outcomes.ts';
import type { Welcome } from '../protocol/down/welcome.ts';
import type { Answered, Decided } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';
import { type HeldRow, hold } from '../rows/held-row.ts';
import { keepInSight, offerAgain } from './offering.ts';
import { heededMs } from './link-moves.ts';
import { holdOn, pruneSoon } from './pruning.ts';
import { journal, keep, witness } from './saving.ts';
import { askCatchUp, resendFrom, saySeen } from './sending.ts';
import { againAnswered, askAboutDeferred, settleFrom } from './settling.ts';
import { type CatchUp, type ReplicaState, viewText } from './state.ts';
import { reportAnswered, saveStranded, strand, unstrand, unstrandTold } from './stranded.ts';

/** A frame's effect on rows: the keys whose confirmed row is another one now. */
export type Touched = Set<string>;

/** `isNew`: the first welcome on this connection. */
export function welcomed(state: ReplicaState, message: Welcome, isNew: boolean): void {
  state.welcome = message;
  // A copy covers nothing of an epoch that began after it: what was to go under it stays.
  holdOn(state, state.unsaved.dropped.splice(0));
  state.attempts = 0;
  if (isNew) {
    state.sent = 0;
    state.pausedUntilMs = 0;
  }
  // Who is told nothing waits for nothing: asking again and again would keep recovery from ending.
  const isAsked = message.mode === 'delta' || message.mode === 'snapshot';
  state.askedAtMs = isAsked ? state.now.monoMs : undefined;
  state.live = message.mode === 'live';
  state.hubOffsetMs = message.hubTimeMs - state.now.monoMs;
  witness(state, message.head);
  if (message.mode !== 'live') return;
  askAboutDeferred(state);
  saySeen(state);
}

export function outcomes(state: ReplicaState, message: Outcomes): void {
  state.progressAtMs = state.now.monoMs;
  witness(state, message.at);
  for (const decided of message.outcomes) {
    const answered = answeredOf(decided, message.at);
    const pending = state.pending.get(decided.id);
    const deferred = state.deferred.get(decided.id);
    if (pending !== undefined && pending.answered === undefined) {
      journal(state, pending, answered);
      reportAnswered(state, decided.id, answered);
      if (answered.outcome !== 'ok') state.pending.delete(pending.id);
    } else if (deferred !== undefined) {
      const settled = { ...deferred, answered };
      keep(state, settled);
      // Offered again it may be above the `lastN` of the rows, which show it only later.
      if (answered.outcome === 'ok') keepInSight(state, settled);
    } else againAnswered(state, answered, decided.id);
  }
  dropConfirmed(state);
}

function answeredOf(decided: Decided, at: At): Answered {
  const { seq, outcome, code, message, hubTimeMs, day, receipt } = decided;
  return {
    epoch: at.epoch,
    seq,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    hubTimeMs,
    day,
    ...(receipt === undefined ? {} : { receipt }),
  };
}

/** Own commands that the confirmed rows show need no overlay any longer. */
function dropConfirmed(state: ReplicaState): void {
  for (const pending of state.pending.values()) {
    if (pending.answered !== undefined && pending.n! <= state.lastN) {
      state.pending.delete(pending.id);
    }
  }
}

/** What is missing lies in the outbox, or it was answered once and is offered again. */
export function gap(state: ReplicaState, from: number): void {
  const unanswered = [...state.pending.values()].filter(({ answered }) => answered === undefined);
  const isUnanswered = unanswered.some(({ n }) => n === from);
  if (!isUnanswered && from <= state.answered) offerAgain(state, from - 1);
  else if (state.now.monoMs >= state.pausedUntilMs) resendFrom(state, from);
}

export function busy(state: ReplicaState, message: Busy): void {
  state.pausedUntilMs = state.now.monoMs + heededMs(message.retryMs);
  state.sent = 0;
  state.progressAtMs = state.pausedUntilMs;
  state.effects.push({ type: 'timer', atMonoMs: state.pausedUntilMs });
}

export function changes(state: ReplicaState, message: Changes): Touched {
  const { at } = state;
  if (at === undefined || !isSameEpoch(at, message.at) || !state.live) return new Set();
  if (message.at.seq <= at.seq) return new Set();
  if (message.from > at.seq) {
    askCatchUp(state);
    return new Set();
  }
  const touched: Touched = new Set();
  apply(
    state,
    message.puts.map((row) => hold(row)),
    message.removed,
    touched,
  );
  const lastN = message.lastN[state.config.device];
  moveTo(state, message.at, Math.max(state.lastN, lastN ?? 0));
  return touched;
}

export function catchUpBegin(state: ReplicaState, message: CatchUpBegin): void {
  const { id, kind, from, parts } = message;
  if (state.catchUp?.id === id) return;
  state.catchUp = { id, kind, from, parts, puts: [], removed: [], got: new Set() };
}

export function catchUpPart(state: ReplicaState, message: CatchUpPart): void {
  const { catchUp } = state;
  if (catchUp?.id !== message.id || catchUp.got.has(message.part)) return;
  catchUp.got.add(message.part);
  for (const row of message.puts) catchUp.puts.push(hold(row));
  catchUp.removed.push(...message.removed);
}

export function catchUpEnd(state: ReplicaState, message: CatchUpEnd): Touched {
  const { catchUp, at } = state;
  if (catchUp?.id !== message.id || !isWanted(state, message.at)) return new Set();
  state.catchUp = undefined;
  const isWhole = catchUp.got.size === catchUp.parts;
  const follows = catchUp.kind === 'snapshot' || (at !== undefined && catchUp.from <= at.seq);
  state.askedAtMs = undefined;
  if (!isWhole || !follows) {
    askCatchUp(state);
    return new Set();
  }
  const touched: Touched = new Set();
  const lastNThere = message.lastN[state.config.device] ?? 0;
  // A hub that knows a copy by a new identity says less than the rows show: history only grew since.
  const isOn = at !== undefined && isSameEpoch(at, message.at) && at.seq <= message.at.seq;
  const lastN =
    isOn && state.config.vouch !== undefined ? Math.max(state.lastN, lastNThere) : lastNThere;
  if (catchUp.kind === 'snapshot') standAside(state, message.at, catchUp, touched);
  if (catchUp.kind === 'snapshot') replaceAll(state, catchUp, touched);
  else apply(state, catchUp.puts, catchUp.removed, touched);
  moveTo(state, message.at, lastN);
  askAboutDeferred(state);
  state.view = viewText(state.welcome);
  state.live = true;
  saySeen(state);
  return touched;
}

/** Late frames of an older catch-up must not take a device back in its own history. */
function isWanted(state: ReplicaState, at: At): boolean {
  const head = state.welcome?.head;
  if (head === undefined || !isSameEpoch(head, at)) return false;
  if (state.at === undefined || !isSameEpoch(state.at, at)) return true;
  return at.seq >= state.at.seq || (state.welcome?.mode === 'snapshot' && !state.live);
}

function isSameEpoch(one: At, other: At): boolean {
  return one.epoch.number === other.epoch.number && one.epoch.id === other.epoch.id;
}

/** Takes over how far the hub wrote to this socket, when nothing of that was missed. */
export function heartbeat(state: ReplicaState, message: Heartbeat | Pong): void {
  state.hubOffsetMs = message.hubTimeMs - state.now.monoMs;
  pruneSoon(state, message.safeN);
  const { at, lastN, told } = message;
  if (at === undefined || told === undefined) return;
  // The hub believes that this device was told everything: the catch-up after recovery was lost.
  if (!state.live) askCatchUp(state);
  if (state.at === undefined || !state.live) return;
  if (!isSameEpoch(at, state.at)) return;
  // The hub lacks what this device was answered: what it offered again was lost on the way.
  if ((lastN ?? 0) < state.answered) {
    askCatchUp(state);
    return;
  }
  if (told > state.at.seq) {
    askCatchUp(state);
    return;
  }
  if (at.seq < state.at.seq) return;
  if (at.seq === state.at.seq && at.chain !== state.at.chain) {
    state.at = undefined;
    askCatchUp(state);
    return;
  }
  if (at.seq === state.at.seq && (lastN ?? 0) <= state.lastN) return;
  moveTo(state, at, Math.max(state.lastN, lastN ?? 0));
}

function moveTo(state: ReplicaState, at: At, lastN: number): void {
  state.at = at;
  state.lastN = lastN;
  state.unsaved.any = true;
  witness(state, at);
  dropConfirmed(state);
}

function apply(
  state: ReplicaState,
  puts: readonly HeldRow[],
  removed: readonly string[],
  touched: Touched,
): void {
  for (const row of puts) {
    state.confirmed.put(row);
    state.unsaved.rows.set(row.key, row);
    touched.add(row.key);
    unstrandTold(state, row);
    settleFrom(state, row);
  }
  for (const key of removed) {
    state.confirmed.remove(key);
    unstrand(state, key);
    state.unsaved.rows.set(key, null);
    touched.add(key);
  }
}

function replaceAll(state: ReplicaState, { puts, removed }: CatchUp, touched: Touched): void {
  for (const row of state.confirmed.values()) touched.add(row.key);
  state.confirmed.clear();
  state.unsaved.rows.clear();
  state.unsaved.replace = true;
  apply(state, puts, removed, touched);
  saveStranded(state);
}

/** Before a snapshot replaces the rows: what the hub lost of them is set aside. */
function standAside(
  state: ReplicaState,
  at: At,
  { puts, removed }: CatchUp,
  touched: Touched,
): void {
  if (state.view !== viewText(state.welcome)) {
    // Another screen: what it cannot read must not stay on it.
    for (const key of state.stranded.notes.keys()) {
      unstrand(state, key);
      touched.add(key);
    }
  } else if (state.at !== undefined && !isSameEpoch(state.at, at)) strand(state, puts, removed);
}
