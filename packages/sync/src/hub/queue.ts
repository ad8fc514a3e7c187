// The hub's loop: take every command that is waiting, decide each, commit all in one transaction,
// and only then answer and tell. One batch is under way at a time.

import { stampOf } from '../chain.ts';
import { engineCommands } from '../command/engine-commands.ts';
import type { Answer, Epoch } from '../ports/store.ts';
import type { Command } from '../protocol/command.ts';
import { batchCommandsMax, waitingCommandsMax } from '../protocol/limits.ts';
import type { Decided } from '../protocol/outcome.ts';
import { SubjectWanted } from '../rows/draft.ts';
import { Batch } from './batch.ts';
import { wake } from './give.ts';
import { beginEpoch, epochsWith } from './epoch.ts';
import { takePace } from './pace.ts';
import { endRecovery, isOffered, takeOffers } from './recovery.ts';
import { cloned, deny, endIfOther, sayGap } from './session.ts';
import {
  type Answered,
  type HubState,
  type Open,
  type Waiting,
  find,
  hubTimeMs,
  sendTo,
} from './state.ts';
import { setClock } from './hub-clock.ts';
import { release, sayBusy, sayFull } from './turning-away.ts';
import { witnessSoon } from './witnessing.ts';
import { note, tellAnew, tellSoon } from './telling.ts';

/** Commands of a device, in the order they came. */
export function enqueue(state: HubState, session: Open, said: readonly Command[]): void {
  // An answer that this hub does not lack is nobody's to bring: the command is decided like any other.
  const pushed = said.map((command) =>
    command.answered === undefined || command.n <= session.offersThrough
      ? command
      : { ...command, answered: undefined },
  );
  const offered = pushed.filter((command) => isOffered(state, session, command));
  if (offered.length > 0) takeOffers(state, session, offered);
  const commands = pushed.filter((command) => !offered.includes(command));
  if (commands.length === 0) return;
  if (isOfferMissing(state, session)) return;
  if (state.recovery !== undefined) {
    sayBusy(state, session, 'RECOVERING', 'The hub is bringing back what it had lost.');
    return;
  }
  if (session.waiting + commands.length > waitingCommandsMax || state.stopping) {
    sayBusy(state, session, 'BUSY', 'The hub has a lot to do. Nothing is lost; it is tried again.');
    return;
  }
  const waitMs = takePace(state, session.device, commands.length);
  if (waitMs > 0) {
    const message = 'This device gives more commands than one hub can take of it. Nothing is lost.';
    sayBusy(state, session, 'TOO_FAST', message, waitMs);
    return;
  }
  session.waiting += commands.length;
  for (const command of commands) state.queue.push({ session, device: session.device, command });
  wake(state);
}

/** Something new came before all that was to be offered again: that part got lost on the way. */
function isOfferMissing(state: HubState, session: Open): boolean {
  const offers = state.offers.get(session.device);
  const lastN = state.lastN.get(session.device) ?? 0;
  if (offers === undefined || lastN >= offers.answered) return false;
  // What found no room is asked for later.
  if (offers.byN.has(offers.answered) || offers.cutAt <= offers.answered) return false;
  sayGap(state, session, lastN + 1);
  return true;
}

/** Begins the next batch, when none is under way. */
export function work(state: HubState): void {
  if (state.work.step !== 'idle') return;
  if (state.wantedEpoch !== undefined) {
    commitEpoch(state, state.wantedEpoch);
    return;
  }
  if (state.queue.length === 0) return;
  const alone = state.queue[0]!.alone === true;
  const taken = state.queue.splice(0, alone ? 1 : batchCommandsMax);
  const batch = newBatch(state);
  state.work = { step: 'finding', batch, taken };
  const subjects = batch.unseenSubjects(taken.map(({ command }) => command));
  find(state, { ...questionAbout(state, taken), subjects }, (found: Answer) => {
    batch.learn(found, subjects);
    decideFrom(state, batch, taken, 0, []);
  });
}

function newBatch(state: HubState): Batch {
  return new Batch({
    domain: state.config.domain,
    hash: state.config.hash,
    ids: state.config.ids,
    hub: state.config.hub,
    rows: state.rows,
    epoch: state.at.epoch,
    seq: state.at.seq,
    chain: state.at.chain,
    floor: state.floor,
    receipt: state.receipt,
    receiptAtOpening: state.receiptAtOpening,
    besides: state.besides,
    day: state.day,
    hubTimeMs: hubTimeMs(state),
    lastN: state.lastN,
  });
}

/** A new epoch is one commit without a command in it. */
function commitEpoch(state: HubState, epoch: Epoch): void {
  const batch = newBatch(state);
  const epochs = epochsWith(state, epoch);
  state.work = { step: 'committing', batch, taken: [], answers: [], epochs };
  state.effects.push({ type: 'commit', transaction: { ...batch.transaction(), epochs } });
}

/** All ids, and those slots that were taken before. */
function questionAbout(state: HubState, taken: readonly Waiting[]) {
  const ids: string[] = [];
  const slots: { device: string; n: number }[] = [];
  for (const { device, command } of taken) {
    ids.push(command.id);
    if (command.n <= (state.lastN.get(device) ?? 0)) slots.push({ device, n: command.n });
    if (command.name === engineCommands.decide) ids.push(...targetOf(command));
  }
  return { ids, slots };
}

function targetOf(command: Command): string[] {
  const { args } = command;
  if (args === null || typeof args !== 'object' || !('id' in args)) return [];
  return typeof args.id === 'string' ? [args.id] : [];
}

function decideFrom(
  state: HubState,
  batch: Batch,
  taken: readonly Waiting[],
  start: number,
  answers: Answered[],
): void {
  for (let index = start; index < taken.length; index += 1) {
    const waiting = taken[index]!;
    try {
      decideOne(state, batch, waiting, answers);
    } catch (error) {
      if (!(error instanceof SubjectWanted)) throw error;
      const { subject } = error;
      find(state, { subjects: [subject] }, (found) => {
        batch.learn(found, [subject]);
        decideFrom(state, batch, taken, index, answers);
      });
      return;
    }
    if (batch.floor !== state.floor && index + 1 < taken.length) {
      state.queue.unshift(...taken.slice(index + 1));
      finishDeciding(state, batch, taken.slice(0, index + 1), answers);
      return;
    }
  }
  finishDeciding(state, batch, taken, answers);
}

function decideOne(state: HubState, batch: Batch, waiting: Waiting, answers: Answered[]): void {
  const { session, device, command } = waiting;
  if (session !== undefined && batch.turnedAway.has(session.socket)) return;
  const refusal =
    waiting.storeRefused === undefined
      ? undefined
      : { code: 'STORE_REFUSED', message: waiting.storeRefused };
  const admitted = batch.take(device, command, refusal);
  if (admitted.kind === 'decided') answers.push({ session, decided: admitted.decided });
  else if (session !== undefined && state.sessions.get(session.socket) === session) {
    if (admitted.kind !== 'gap') batch.turnedAway.add(session.socket);
    if (admitted.kind === 'clone') deny(state, session.socket, cloned(state, session.device));
    else if (admitted.kind === 'full') sayFull(state, session);
    else sayGap(state, session, admitted.from);
  }
}

function finishDeciding(
  state: HubState,
  batch: Batch,
  taken: readonly Waiting[],
  answers: readonly Answered[],
): void {
  if (batch.entries.length === 0) {
    state.work = { step: 'idle' };
    release(state, taken);
    answer(state, batch, answers);
    if (state.queue.length > 0) wake(state);
    return;
  }
  state.work = { step: 'committing', batch, taken, answers };
  state.effects.push({ type: 'commit', transaction: batch.transaction() });
}

/** The batch is durable: it becomes the rows, is answered, is told. In this order. */
export function committed(state: HubState): void {
  if (state.work.step !== 'committing') return;
  const { batch, taken, answers, epochs } = state.work;
  state.work = { step: 'idle' };
  release(state, taken);
  if (epochs !== undefined) {
    beginEpoch(state, epochs);
    if (state.queue.length > 0) wake(state);
    return;
  }
  for (const [key, write] of batch.overlay.writes) {
    const before = state.rows.find(key);
    if (write === null) {
      state.rows.remove(key);
      state.tombstones.set(key, batch.seq);
    } else {
      state.rows.put(write);
      state.tombstones.delete(key);
    }
    note(state, key, before, write);
    if (write !== null && key.startsWith('device/')) endIfOther(state, write);
  }
  for (const key of batch.archived) state.rows.remove(key);
  for (const [device, n] of batch.lastN) {
    state.lastN.set(device, n);
    state.moved.add(device);
  }
  const { epoch } = state.at;
  const at = { epoch, seq: batch.seq, chain: batch.chain };
  state.at = { ...at, stamp: stampOf(state.config.hash, state.config.stampKey, at) };
  state.receipt = Math.max(state.receipt, batch.receipt);
  for (const [device, more] of batch.besides) {
    state.besides.set(device, (state.besides.get(device) ?? 0) + more);
  }
  state.catchUps.clear();
  const turned = batch.floor !== state.floor;
  state.floor = batch.floor;
  state.day = batch.day;
  if (turned) state.clock.isTurnHeld = false;
  if (batch.clockSetMs !== undefined) setClock(state, batch.clockSetMs);
  answer(state, batch, answers);
  if (turned) {
    state.tombstones.clear();
    tellAnew(state);
  } else tellSoon(state);
  if (batch.isRecoveryEnded) endRecovery(state);
  witnessSoon(state);
  if (state.queue.length > 0) wake(state);
}

function answer(state: HubState, batch: Batch, answers: readonly Answered[]): void {
  const bySession = new Map<Open, Decided[]>();
  const add = (session: Open | undefined, decided: Decided): void => {
    if (session === undefined || state.sessions.get(session.socket) !== session) return;
    const list = bySession.get(session);
    if (list === undefined) bySession.set(session, [decided]);
    else list.push(decided);
  };
  for (const { session, decided } of answers) {
    if (session === undefined) state.effects.push({ type: 'done', decided });
    add(session, decided);
  }
  for (const { device, decided } of batch.news) add(state.openByDevice.get(device), decided);
  for (const [session, outcomes] of bySession) {
    sendTo(state, session.socket, { type: 'outcomes', at: state.at, outcomes });
  }
}
