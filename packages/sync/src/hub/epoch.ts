// Epochs: whether this database is the history that was left, and what begins when it is not. A hub
// whose history was lost in part starts a new epoch, at most once per opening of the store.

import { stampOf } from '../chain.ts';
import { engineCommands } from '../command/engine-commands.ts';
import type { Epoch, EpochSpan } from '../ports/store.ts';
import type { Witnessed } from '../ports/witness.ts';
import type { At } from '../protocol/scalar.ts';
import { type DeviceRecord, deviceRecordSchema, findDevice } from './device-record.ts';
import { giveOwn } from './give.ts';
import { type HubState, type Open, sendTo } from './state.ts';
import { forget } from './session.ts';
import { startRecovery } from './recovery.ts';

/** What is known when a store is opened, beside the store itself. */
export interface Opening {
  readonly witnessed?: Witnessed | undefined;
  /** The chain that the store has at the witnessed seq. */
  readonly chainThere?: string | undefined;
  /** The key of the stamps had to be made anew, or somebody put a backup back. */
  readonly isRestored?: boolean;
}

/** Why the history cannot be the one that was left, or undefined when it can. */
export function lossAtOpening(
  opening: Opening,
  epochs: readonly EpochSpan[],
  seq: number,
  isOurStamp: (at: At) => boolean,
): string | undefined {
  const { witnessed, chainThere, isRestored } = opening;
  if (isRestored === true && seq > 0) return 'a copy was put back';
  if (witnessed === undefined) return undefined;
  const { at } = witnessed;
  // The key was made anew at an earlier start that did not live to begin an epoch.
  if (!isOurStamp(at)) return 'the key of the stamps is another';
  if (!epochs.some((span) => isSame(span, at.epoch))) return 'the sidecar knows a later epoch';
  return chainThere === at.chain ? undefined : 'the sidecar remembers more than the database';
}

/** What a device's proof says about our history. */
export type ProofVerdict = 'fits' | 'reoffer' | 'impossible' | 'unstamped';

/** `chainThere` is the chain of the present history at the proof's seq. */
export function judgeProof(
  state: HubState,
  proof: At,
  chainThere: string | undefined,
): ProofVerdict {
  const { hash, stampKey } = state.config;
  if (stampOf(hash, stampKey, proof) !== proof.stamp) return 'unstamped';
  const span = state.epochs.find((known) => isSame(known, proof.epoch));
  if (span === undefined) return 'impossible';
  if (span.endedAt !== undefined) return proof.seq > span.endedAt ? 'reoffer' : 'fits';
  return proof.seq <= state.at.seq && chainThere === proof.chain ? 'fits' : 'impossible';
}

function isSame(one: Epoch, other: Epoch): boolean {
  return one.number === other.number && one.id === other.id;
}

/** Asks for a new epoch; it begins with the next commit. `above` is the highest number heard of. */
export function wantEpoch(state: HubState, above: number): void {
  if (state.hasNewEpoch || state.wantedEpoch !== undefined) return;
  const highest = Math.max(above, ...state.epochs.map(({ number }) => number));
  state.wantedEpoch = { number: highest + 1, id: state.config.ids.next() };
  state.effects.push({ type: 'wake' });
}

/**
 * The device table as it was when history was last written down: who was let in since the copy is in
 * again, and who was kept out stays out. The same sidecar is merged once, however often the hub starts.
 */
export function restoreDevices(state: HubState, { at, devices }: Witnessed): void {
  for (const witnessed of devices) {
    const { seenMs: _seenMs, ...row } = witnessed;
    const record = deviceRecordSchema.safeParse(row).data;
    if (record === undefined || !isNews(findDevice(state.rows, record.device), record)) continue;
    const act = state.config.hash.sha256(`${at.chain}\n${record.device}`).slice(0, 32);
    giveOwn(state, `restored:${act}`, engineCommands.restored, { record: row });
  }
}

function isNews(here: DeviceRecord | undefined, there: DeviceRecord): boolean {
  if (here === undefined) return true;
  const isOther = (['name', 'role', 'letter'] as const).some((what) => here[what] !== there[what]);
  const isOut = (['retiredAt', 'revokedAt'] as const).some(
    (since) => there[since] !== undefined && here[since] === undefined,
  );
  return isOther || isOut;
}

/** All epochs of the store once the wanted one has begun at the present head. */
export function epochsWith(state: HubState, epoch: Epoch): EpochSpan[] {
  const { seq } = state.at;
  const ended = state.epochs.map((span) => ({ ...span, endedAt: span.endedAt ?? seq }));
  return [...ended, { ...epoch, beganAt: seq, endedAt: undefined }];
}

/** The new epoch is durable: everybody connects again, and offers what the hub may lack. */
export function beginEpoch(state: HubState, epochs: readonly EpochSpan[]): void {
  const { number, id } = epochs.at(-1)!;
  const { seq, chain } = state.at;
  const at = { epoch: { number, id }, seq, chain };
  state.epochs = epochs;
  state.at = { ...at, stamp: stampOf(state.config.hash, state.config.stampKey, at) };
  state.wantedEpoch = undefined;
  state.hasNewEpoch = true;
  state.witnessedSeq = -1;
  state.catchUps.clear();
  for (const session of state.openByDevice.values()) sayNewEpoch(state, session);
  startRecovery(state);
}

function sayNewEpoch(state: HubState, { socket }: Open): void {
  const message = 'The hub lost a part of its history. This device brings back what it knows.';
  sendTo(state, socket, { type: 'bye', code: 'NEW_EPOCH', message, retryMs: 500 });
  state.effects.push({ type: 'close', socket, code: 4004, reason: 'NEW_EPOCH' });
  forget(state, socket);
}
