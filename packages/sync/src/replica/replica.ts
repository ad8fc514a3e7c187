// A device's half of the engine: confirmed rows, own commands on top, and a connection that comes
// and goes. One synchronous step from an input to effects; storage, socket and clock are outside.

import { prepare } from '../command/carry-out.ts';
import { engineCommandVersion, isEngineCommand } from '../command/engine-commands.ts';
import type { Refusal, Row } from '../domain.ts';
import { isLongerThan, unfitJson } from '../json.ts';
import type { Moment } from '../ports/clock.ts';
import type { DeviceImage } from '../ports/device-storage.ts';
import {
  commandBytesMax,
  helloWithinMs,
  jsonDepthMax,
  pingAfterMs,
  pongWithinMs,
} from '../protocol/limits.ts';
import type { RowSet } from '../rows/row-set.ts';
import { begin } from './begin.ts';
import { moveLink, waitFor } from './link-moves.ts';
import { offer } from './offering.ts';
import { holdOn, prune } from './pruning.ts';
import { rebase, replay, tryOut } from './rebase.ts';
import { notify, received } from './receiving.ts';
import { appendSoon, saveSoon } from './saving.ts';
import { askCatchUp, push, resendWhenOverdue, say, saySeen, unansweredOf } from './sending.ts';
import type {
  NewCommand,
  Pending,
  ReplicaConfig,
  ReplicaEffect,
  ReplicaInput,
  ReplicaState,
} from './state.ts';
import { compare } from './settling.ts';
import { letGo, reportsDue, saveStranded } from './stranded.ts';

const tickEveryMs = 500;
const saveAgainMs = 1_000;
/** Who is told nothing and has nothing more to deliver takes nobody's place on the hub meanwhile. */
const keptOutRetryMs = 300_000;

export class Replica {
  readonly #state: ReplicaState;

  constructor(config: ReplicaConfig, image: DeviceImage, now: Moment) {
    this.#state = begin(config, image, now);
  }

  step(input: ReplicaInput, now: Moment): ReplicaEffect[] {
    const state = this.#state;
    state.now = now;
    take(state, input);
    saveSoon(state);
    appendSoon(state);
    const { effects } = state;
    state.effects = [];
    return effects;
  }

  /**
   * Why `command` must not even be saved: args that must lie on no disk, that do not fit or are too
   * long, or an intent that is refused over what this device can see. Facts are saved whatever this device thinks of them.
   */
  check(command: NewCommand): Refusal | undefined {
    const state = this.#state;
    const pending = pendingOf(state, command);
    const withheld = state.config.domain.withholds?.(pending.name, pending.v, pending.args);
    if (withheld !== undefined) return { code: withheld.code, message: withheld.message };
    if (isLongerThan(pending.text, commandBytesMax)) {
      return { code: 'TOO_LONG', message: 'This is too long to be sent; shorten its texts.' };
    }
    if (isEngineCommand(command.name)) {
      const unfit = unfitJson(command.args, jsonDepthMax);
      return unfit === undefined ? undefined : { code: 'BAD_COMMAND', message: `${unfit}.` };
    }
    const ready = prepare(state.config.domain, pending);
    if ('problem' in ready) return ready.refusal;
    return ready.mutator.kind === 'fact' ? undefined : tryOut(state, pending, ready);
  }

  /** A row as the screen shows it: own commands on top, then what the hub lost, then its rows. */
  find(key: string): Row | undefined {
    const { overlay, stranded } = this.#state;
    if (overlay.writes.has(key)) return overlay.find(key);
    return stranded.rows.find(key) ?? overlay.find(key);
  }

  /** Whether the row shown is one that the hub lost when it went back in time. */
  isUnknownToHub(key: string): boolean {
    const { overlay, stranded } = this.#state;
    return stranded.notes.has(key) && !overlay.writes.has(key);
  }

  /** The keys of a subject, in code-unit order. */
  keys(subject: string): string[] {
    const { overlay, stranded } = this.#state;
    const keys = new Set(overlay.keysOf(subject));
    for (const key of stranded.rows.keysOf(subject)) {
      if (!overlay.writes.has(key)) keys.add(key);
    }
    return [...keys].toSorted();
  }

  /** Confirmed rows alone: what the hub's view of this device is compared with. */
  get confirmed(): RowSet {
    return this.#state.confirmed;
  }

  get status() {
    const { link, live, at, lastN, pending, deferred, hubOffsetMs } = this.#state;
    const { role, name, letter, keptOut } = this.#state;
    const unanswered = [...pending.values()].filter((one) => one.answered === undefined).length;
    const { saving, unsaved, appending } = this.#state;
    const stored = !saving && !unsaved.any && appending.length === 0;
    const counts = { lastN, unanswered, deferred: deferred.size };
    const who = { role, name, letter, keptOut };
    return { link, live, at, ...counts, hubOffsetMs, ...who, stored };
  }

  /** Every row that `find` finds. */
  *rows(): Iterable<Row> {
    const { overlay, confirmed, stranded } = this.#state;
    const { writes } = overlay;
    for (const row of confirmed.values()) {
      if (!writes.has(row.key) && !stranded.notes.has(row.key)) yield row;
    }
    for (const row of stranded.rows.values()) if (!writes.has(row.key)) yield row;
    for (const write of overlay.writes.values()) if (write !== null) yield write;
  }
}

const readFrom = { offer, prune, compare } as const;

function take(state: ReplicaState, input: ReplicaInput): void {
  switch (input.type) {
    case 'mutate':
      return mutate(state, input.command);
    case 'appended':
      return appended(state, input.ns);
    case 'notAppended':
      return notAppended(state, input.message);
    case 'journalRead':
      return readFrom[input.why](state, input.entries, input.after);
    case 'saved':
      state.saving = false;
      return undefined;
    case 'notSaved':
      return notSaved(state);
    case 'opened':
      return moveLink(state, 'opened');
    case 'received':
      return received(state, input.text);
    case 'closed':
      return moveLink(state, 'closed');
    case 'tick':
      return tick(state);
    case 'nudged':
      return nudged(state);
    case 'drawn':
      state.drawnStations = input.stations;
      return saySeen(state);
    case 'letGo':
      return letGo(state, input.key);
    case 'stop':
      return moveLink(state, 'stop');
  }
}

function pendingOf(state: ReplicaState, command: NewCommand): Pending {
  const { id, name, args } = command;
  const v = isEngineCommand(name)
    ? engineCommandVersion
    : (state.config.domain.mutators.get(name)?.v ?? 0);
  const asked = { id, name, v, args, madeAt: state.now.wallMs, base: state.at?.seq ?? 0 };
  const text = JSON.stringify(asked);
  return { ...asked, text, n: undefined, answered: undefined, refusal: undefined };
}

function mutate(state: ReplicaState, command: NewCommand): void {
  const pending = pendingOf(state, command);
  state.pending.set(pending.id, pending);
  state.unappended.push(pending);
  const before = new Map(state.overlay.writes);
  replay(state, pending);
  const keys = new Set<string>();
  for (const [key, write] of state.overlay.writes) if (before.get(key) !== write) keys.add(key);
  state.effects.push({ type: 'moved', id: command.id, status: { at: 'saving' } });
  notify(state, keys);
}

function appended(state: ReplicaState, ns: readonly number[]): void {
  for (const [index, pending] of state.appending.entries()) {
    pending.n = ns[index]!;
    state.effects.push({ type: 'moved', id: pending.id, status: { at: 'saved' } });
  }
  state.appending = [];
  // Otherwise it looks in rarely.
  if (state.keptOut !== undefined) moveLink(state, 'nudged');
  push(state);
}

/** Nothing of it was saved: it must not stay on the screen as if it were. */
function notAppended(state: ReplicaState, message: string): void {
  for (const { id } of state.appending) {
    state.pending.delete(id);
    state.effects.push({ type: 'moved', id, status: { at: 'notSaved', message } });
  }
  state.appending = [];
  notify(state, rebase(state));
}

/** Nothing of the last save is stored: the next one holds all of it again. */
function notSaved(state: ReplicaState): void {
  for (const entry of state.change?.answered ?? []) {
    if (!state.unsaved.answered.has(entry.id)) state.unsaved.answered.set(entry.id, entry);
  }
  holdOn(state, state.change?.dropped ?? []);
  state.saving = false;
  state.saveAtMs = state.now.monoMs + saveAgainMs;
  state.unsaved.any = true;
  state.unsaved.replace = true;
  for (const row of state.confirmed.values()) {
    if (!state.unsaved.rows.has(row.key)) state.unsaved.rows.set(row.key, row);
  }
  saveStranded(state);
}

function nudged(state: ReplicaState): void {
  moveLink(state, 'nudged');
  if (state.link === 'open' && state.pingAtMs === undefined) ping(state);
}

function ping(state: ReplicaState): void {
  state.pingAtMs = state.now.monoMs;
  say(state, { type: 'ping' });
}

function tick(state: ReplicaState): void {
  const { monoMs } = state.now;
  switch (state.link) {
    case 'waiting':
      if (monoMs >= state.linkUntilMs) moveLink(state, 'due');
      break;
    case 'connecting':
    case 'greeting':
      if (monoMs >= state.linkUntilMs) moveLink(state, 'overdue');
      break;
    case 'open':
      watch(state);
      break;
    case 'stopped':
      return;
  }
  state.effects.push({ type: 'timer', atMonoMs: monoMs + tickEveryMs });
}

/** An open socket proves nothing: silence is asked about, and no answer ends it. */
function watch(state: ReplicaState): void {
  const { monoMs } = state.now;
  if (state.pingAtMs !== undefined && monoMs - state.pingAtMs >= pongWithinMs) {
    moveLink(state, 'overdue');
    return;
  }
  const quietMs = monoMs - Math.min(state.heardAtMs, state.spokeAtMs);
  if (state.pingAtMs === undefined && quietMs >= pingAfterMs) ping(state);
  if (state.askedAtMs !== undefined && monoMs - state.askedAtMs >= helloWithinMs) {
    state.askedAtMs = undefined;
    askCatchUp(state);
  }
  for (const report of reportsDue(state)) mutate(state, report);
  resendWhenOverdue(state);
  push(state);
  if (state.keptOut !== undefined && hasDelivered(state)) {
    moveLink(state, 'overdue');
    waitFor(state, keptOutRetryMs);
  }
}

function hasDelivered(state: ReplicaState): boolean {
  const { offered, offeredTo } = state;
  return offeredTo === undefined && offered.size === 0 && unansweredOf(state).length === 0;
}
