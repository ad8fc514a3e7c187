// From the first frame to a welcome: who is it, is it the one it says, is its history ours. Nobody is
// told anything before that.

import { engineCommands } from '../command/engine-commands.ts';
import type { Answer } from '../ports/store.ts';
import type { Deny } from '../protocol/down/deny.ts';
import { helloWithinMs } from '../protocol/limits.ts';
import { type Hello, helloText, vouchText } from '../protocol/up/hello.ts';
import { protocolFloor, protocolVersion } from '../protocol/version.ts';
import { isCopyOf } from './copy-identity.ts';
import { type DeviceRecord, findDevice, standingOf } from './device-record.ts';
import { judgeProof, wantEpoch } from './epoch.ts';
import { giveOwn } from './give.ts';
import { knock } from './knocking.ts';
import { cloned, deny, forget } from './session.ts';
import { type HubState, type Session, find, sendTo } from './state.ts';
import { goSilent } from './telling.ts';
import { isPlausible, welcome } from './welcome.ts';

const clonesWithinMs = 120_000;
const replacementsMax = 3;

export function challenge(state: HubState, socket: string, origin = ''): void {
  const nonce = state.config.ids.next();
  const untilMonoMs = state.now.monoMs + helloWithinMs;
  state.sessions.set(socket, { phase: 'awaitingHello', socket, origin, nonce, untilMonoMs });
  sendTo(state, socket, {
    type: 'challenge',
    nonce,
    hub: state.config.hub,
    store: state.store,
    protocol: { floor: protocolFloor, version: protocolVersion },
  });
}

export function hello(state: HubState, session: Session, message: Hello): void {
  if (session.phase === 'open' && session.device !== message.device) {
    deny(state, session.socket, { code: 'BAD_SIGNATURE', message: 'One socket, one device.' });
    return;
  }
  const record = findDevice(state.rows, message.device);
  const denied = denial(state, session, message, record);
  if (denied !== undefined || record === undefined) {
    if (denied?.code === 'UNKNOWN_DEVICE' && takeVouch(state, message)) {
      const soon = { code: 'UNKNOWN_DEVICE', message: 'One moment.', retryMs: 500 } as const;
      deny(state, session.socket, soon);
      return;
    }
    if (denied?.code === 'UNKNOWN_DEVICE') knock(state, session, message);
    deny(state, session.socket, denied ?? unknown);
    return;
  }
  if (state.wantedEpoch !== undefined) {
    sayLater(state, session.socket);
    return;
  }
  const { at, proof } = message;
  const seqs = [at, proof].flatMap((one) =>
    one !== undefined && one.seq <= state.at.seq ? [one.seq] : [],
  );
  if (seqs.every((seq) => seq === state.at.seq)) {
    const chains = new Map([[state.at.seq, state.at.chain]]);
    checked(state, session, message, chains);
    return;
  }
  const { socket, nonce } = session;
  if (session.phase === 'open') goSilent(session);
  else {
    const untilMonoMs = state.now.monoMs + helloWithinMs;
    state.sessions.set(socket, { phase: 'checking', socket, nonce, untilMonoMs });
  }
  find(state, { chains: seqs }, (answer: Answer) => {
    const present = state.sessions.get(socket);
    if (present !== undefined) checked(state, present, message, answer.chains);
  });
}

/** Our history is known where the device's claims lie. */
function checked(
  state: HubState,
  session: Session,
  message: Hello,
  chains: ReadonlyMap<number, string>,
): void {
  const { at, proof, device, run } = message;
  const verdict = proof && judgeProof(state, proof, chains.get(proof.seq));
  if (verdict === 'impossible' && !state.hasNewEpoch) {
    wantEpoch(state, proof?.epoch.number ?? 0);
    sayLater(state, session.socket);
    return;
  }
  const isOurs = at !== undefined && isPlausible(state, at) && chains.get(at.seq) === at.chain;
  // While the store was asked it may have got another role, or been put away.
  const record = findDevice(state.rows, device);
  if (record === undefined) deny(state, session.socket, unknown);
  else {
    // Said once to a socket, and of nobody who was kept out: the log is not theirs to fill.
    if (isFirst(session) && record.revokedAt === undefined) {
      if (verdict === 'unstamped') {
        const what = 'it claims a history that this hub never gave it.';
        giveOwn(state, `strange:${run}`, engineCommands.strange, { device, what });
      }
      noteMissing(state, message);
    }
    welcome(state, session, message, record, isOurs);
  }
}

/** Whether this hello is the first on its socket. */
function isFirst({ phase }: Session): boolean {
  return phase !== 'open';
}

/** A new epoch is about to begin: the hello is to be said again in it. */
function sayLater(state: HubState, socket: string): void {
  const message = 'The hub lost a part of its history. This device brings back what it knows.';
  sendTo(state, socket, { type: 'bye', code: 'NEW_EPOCH', message, retryMs: 500 });
  state.effects.push({ type: 'close', socket, code: 4004, reason: 'NEW_EPOCH' });
  forget(state, socket);
}

const unknown = {
  code: 'UNKNOWN_DEVICE',
  message: 'This hub does not know this device. Ask a manager to let it back in.',
  retryMs: 5_000,
} as const;

function denial(
  state: HubState,
  session: Session,
  message: Hello,
  record: DeviceRecord | undefined,
): Omit<Deny, 'type'> | undefined {
  if (message.store !== state.store) {
    return { code: 'OTHER_STORE', message: 'This hub belongs to another shop.' };
  }
  if (record === undefined) return unknown;
  const text = helloText(session.nonce, state.config.hub, state.store, message.device);
  if (!state.config.verifier.verify(record.publicKey, text, message.signature)) {
    return { code: 'BAD_SIGNATURE', message: 'This device could not prove who it is.' };
  }
  return isClone(state, message) ? cloned(state, message.device) : undefined;
}

/** A copy comes with its new key and the id it was given, and the former identity speaks for it. */
function takeVouch(state: HubState, { device, vouch }: Hello): boolean {
  const former = vouch && findDevice(state.rows, vouch.former);
  if (vouch === undefined || former === undefined) return false;
  if (standingOf(former) !== 'present' || !isCopyOf(state, vouch.former, device)) return false;
  const text = vouchText(state.store, vouch.former, device, vouch.publicKey);
  if (!state.config.verifier.verify(former.publicKey, text, vouch.signature)) return false;
  const args = { device, publicKey: vouch.publicKey, former: vouch.former };
  giveOwn(state, `vouch:${device}`, engineCommands.vouched, args);
  return true;
}

/** Two runs that take each other's place again and again are two devices with one identity. */
function isClone(state: HubState, message: Hello): boolean {
  const present = state.openByDevice.get(message.device);
  if (present === undefined || present.run === message.run) return false;
  const since = state.now.monoMs - clonesWithinMs;
  const recent = (state.replaced.get(message.device) ?? []).filter((past) => past.atMs > since);
  if (recent.length >= replacementsMax && recent.some((past) => past.run === message.run)) {
    return true;
  }
  recent.push({ run: message.run, atMs: state.now.monoMs });
  state.replaced.set(message.device, recent);
  return false;
}

/** Commands below the lowest the device still holds are gone: people are told, the queue goes on. */
function noteMissing(state: HubState, message: Hello): void {
  const lastN = state.lastN.get(message.device) ?? 0;
  const { device, lowest } = message;
  if (lowest <= lastN + 1) return;
  const args = { device, from: lastN + 1, to: lowest - 1 };
  giveOwn(state, `missing:${device}:${lowest}`, engineCommands.missing, args);
}
