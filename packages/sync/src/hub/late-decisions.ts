// Deferred commands that the hub itself decides again: those that an older build could not read, and
// those that came behind them.

import { engineCommands, isEngineCommand } from '../command/engine-commands.ts';
import { type Deferred, deferredKey } from '../rows/deferred.ts';
import { deferredKind } from '../rows/view-hash.ts';
import { giveOwn } from './give.ts';
import type { HubState } from './state.ts';

const unreadable = new Set(['UNKNOWN_COMMAND', 'NEWER_COMMAND']);

/** After an update: what could not be read before, then everything that waits behind it. */
export function decideReadable(state: HubState): void {
  const open = openDeferred(state);
  const readable = open.filter(
    ({ code, name }) => unreadable.has(code) && state.config.domain.mutators.has(name),
  );
  if (readable.length === 0) return;
  const devices = new Set(readable.map(({ device }) => device));
  const behind = ({ code, device }: Deferred): boolean =>
    code === 'BEHIND_DEFERRED' && devices.has(device);
  decideAll(
    state,
    open.filter((one) => readable.includes(one) || behind(one)),
  );
}

/** Open deferred commands in the order they were first decided, those of one device by their `n`. */
export function openDeferred(state: HubState): Deferred[] {
  const rows = [...state.rows.values()].filter(({ key }) => key.startsWith(`${deferredKind}/`));
  const open = rows
    .map(({ body }) => body as unknown as Deferred)
    .filter(({ outcome }) => outcome === 'deferred')
    .toSorted((one, other) => one.firstSeq - other.firstSeq);
  const byN = Map.groupBy(
    open.toSorted((one, other) => one.n - other.n),
    ({ device }) => device,
  );
  return open.map(({ device }) => byN.get(device)!.shift()!);
}

/** Gives the decisions, each with an id of its own: the same command may be tried again later. */
export function decideAll(state: HubState, deferred: readonly Deferred[]): void {
  for (const { id, name } of deferred) {
    // Only whoever asked for it may ask for it anew.
    if (isEngineCommand(name)) continue;
    const turn = `${state.config.hub.slice(-8)}.${state.at.seq}`;
    const key = deferredKey(id);
    const decision = `decide:${turn}:${state.config.hash.sha256(key).slice(0, 24)}`;
    giveOwn(state, decision, engineCommands.decide, { id, apply: true });
  }
}
