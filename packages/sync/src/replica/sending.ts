// What a device says: hello, its unanswered commands in order, what it has drawn, a ping when it has
// been quiet. Only an outcome takes a command out of the outbox.

import type { Up } from '../protocol/up.ts';
import { commandsInFlightMax, frameBytesMax } from '../protocol/limits.ts';
import { type Hello, helloText } from '../protocol/up/hello.ts';
import { protocolVersion } from '../protocol/version.ts';
import type { Pending, ReplicaState } from './state.ts';

const outcomeWithinMs = 10_000;
const frameRoom = 64;

export function say(state: ReplicaState, message: Up): void {
  sayText(state, JSON.stringify(message));
}

function sayText(state: ReplicaState, text: string): void {
  state.spokeAtMs = state.now.monoMs;
  state.effects.push({ type: 'send', text });
}

/** Answers the challenge; said again on the same socket it asks for catch-up. */
export function sayHello(state: ReplicaState): void {
  const { config, challenge } = state;
  if (challenge === undefined) return;
  if (state.signature === '') {
    const { nonce, hub } = challenge;
    const text = helloText(nonce, hub, config.store, config.device);
    state.signature = config.signer.sign(text);
  }
  const [view = '', ...projection] = state.view.split(' ');
  say(state, {
    type: 'hello',
    protocol: protocolVersion,
    build: config.build,
    device: config.device,
    store: config.store,
    view,
    projection: projection.join(' '),
    run: state.run,
    ...(state.at === undefined ? {} : { at: state.at }),
    lastN: state.lastN,
    answered: state.answered,
    lowest: state.lowest,
    ...(state.proof === undefined ? {} : { proof: state.proof }),
    ...(config.vouch === undefined ? {} : { vouch: config.vouch }),
    ...(state.isUnknown ? knockOf(state) : {}),
    signature: state.signature,
  });
}

/** With its key a hub that does not know it can tell a manager who asks to be let in. */
function knockOf({ config, name, letter }: ReplicaState): Partial<Hello> {
  const { publicKey } = config.signer;
  return { publicKey, ...(name === undefined ? {} : { name }), letter };
}

/** Asks for everything since the confirmed rows, unless that is under way. */
export function askCatchUp(state: ReplicaState): void {
  if (state.askedAtMs !== undefined) return;
  state.askedAtMs = state.now.monoMs;
  state.live = false;
  state.catchUp = undefined;
  sayHello(state);
}

/** Sends what may be sent: in order of `n`, within the window, in frames of limited size. */
export function push(state: ReplicaState): void {
  if (state.link !== 'open' || state.offeredTo !== undefined) return;
  if (state.now.monoMs < state.pausedUntilMs) return;
  const unanswered = unansweredOf(state);
  const inFlight = unanswered.filter((pending) => pending.n! <= state.sent).length;
  const ready = unanswered.filter((pending) => pending.n! > state.sent);
  const sendable = ready.slice(0, Math.max(0, commandsInFlightMax - inFlight));
  if (sendable.length === 0) return;
  if (inFlight === 0) state.progressAtMs = state.now.monoMs;
  state.sent = sendable.at(-1)!.n!;
  sayCommands(state, sendable.map(commandText));
}

/** A command as it is pushed. */
export function commandText({ n, text }: Pick<Pending, 'n' | 'text'>): string {
  return `{"n":${n},${text.slice(1)}`;
}

/** Says commands, given as JSON texts, in as few frames as their size allows. */
export function sayCommands(state: ReplicaState, texts: readonly string[]): void {
  let frame: string[] = [];
  let bytes = frameRoom;
  const flush = (): void => {
    if (frame.length > 0) sayText(state, `{"type":"push","commands":[${frame.join(',')}]}`);
    frame = [];
    bytes = frameRoom;
  };
  for (const text of texts) {
    const textBytes = byteLength(text);
    if (bytes + textBytes > frameBytesMax) flush();
    frame.push(text);
    bytes += textBytes + 1;
  }
  flush();
}

/** An upper bound of the length in UTF-8, without an encoder. */
function byteLength(text: string): number {
  return text.length * 3;
}

/** What is saved and has no outcome, in the order of `n`. */
export function unansweredOf(state: ReplicaState): Pending[] {
  const list = [...state.pending.values()].filter(
    (pending) => pending.n !== undefined && pending.answered === undefined,
  );
  return list.toSorted((one, other) => one.n! - other.n!);
}

/** Sends everything unanswered again when the hub has been silent about it for too long. */
export function resendWhenOverdue(state: ReplicaState): void {
  const { monoMs } = state.now;
  const waits = unansweredOf(state).some((pending) => pending.n! <= state.sent);
  if (waits && monoMs - state.progressAtMs > outcomeWithinMs) resendFrom(state, 1);
}

/** The commands from `n` on go out again. */
export function resendFrom(state: ReplicaState, n: number): void {
  state.sent = Math.min(state.sent, n - 1);
  state.progressAtMs = state.now.monoMs;
  push(state);
}

/** Tells the hub what is drawn, again after every hello. */
export function saySeen(state: ReplicaState): void {
  if (state.drawnStations === undefined || state.at === undefined || state.link !== 'open') return;
  const { epoch, seq } = state.at;
  say(state, { type: 'seen', epoch, seq, stations: [...state.drawnStations] });
}
