// What somebody on the WiFi can do to a hub without end. Each is one act, done again and again by
// many at once; e2e/hostile-*.test.ts has what the hub answers to it.

import {
  frame,
  get,
  neighbour,
  openSocket,
  openWire,
  request,
  upgrade,
} from '../../e2e/hostile-wire.ts';
import type { Wire } from '../../e2e/hostile-wire.ts';
import type { BenchDevice } from '../hub/pairing.ts';
import { type Challenge, helloOf } from '../ours/link.ts';

export interface Target {
  readonly address: string;
  /** One that was let in, whose key the attacker has. */
  readonly device: BenchDevice;
}

/** @param count how many acts there were before; the address that it comes from follows from it */
type Act = (target: Target, count: number) => Promise<void>;

export interface Attack {
  readonly says: string;
  /** How many are at it at once. */
  readonly hands: number;
  readonly act: Act;
}

const addresses = 100;
const from = (count: number): string | undefined => neighbour(1 + (count % addresses));
const host = ({ address }: Target): string => `Host: ${new URL(address).host}`;
const text = 0x81;
const ping = '{"type":"ping"}';
/** As much as an attacker writes before it looks whether the hub has cut it off. */
const handful = 1_000;

export const attacks: Readonly<Record<string, Attack>> = {
  calls: {
    says: 'asks for /health from 100 addresses',
    hands: 50,
    act: async (target, count) =>
      void (await request(target.address, get('/health', [host(target)]), from(count))),
  },
  joins: {
    says: 'tries codes from 100 addresses',
    hands: 50,
    async act(target, count) {
      const body = JSON.stringify({ publicKey: 'A'.repeat(43), proof: 'f'.repeat(64) });
      const fields = ['Content-Type: application/json', `Content-Length: ${body.length}`];
      const asked = get('/pairing/join', [host(target), ...fields]).replace('GET', 'POST');
      await request(target.address, asked + body, from(count));
    },
  },
  opens: {
    says: 'opens WebSockets and leaves them, from one address',
    hands: 50,
    async act(target) {
      const wire = await openWire(target.address, from(0));
      wire.say(upgrade([host(target)]));
      await heardSomething(wire);
      wire.socket.destroy();
    },
  },
  handshakes: {
    says: 'stops in the middle of a handshake of TLS',
    hands: 50,
    async act({ address }, count) {
      const wire = await openWire(address, from(count));
      wire.say(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03]));
      await wire.ended;
    },
  },
  silence: {
    says: 'holds 600 connections and says nothing',
    hands: 600,
    act: async ({ address }, count) => void (await (await openWire(address, from(count))).ended),
  },
  frames: {
    says: 'begins frames of 100 MiB',
    hands: 20,
    act: (target, count) => sayOnSocket(target, count, frame({ first: text, length: 104_857_600 })),
  },
  pieces: {
    says: 'sends texts in 120,000 pieces of one letter',
    hands: 5,
    act: (target, count) => sayOnSocket(target, count, manyPieces),
  },
  pings: {
    says: 'sends pings without a hello, and reads no answer',
    hands: 5,
    act: (target, count) =>
      flood(target, count, frame({ first: 0x89, payload: Buffer.alloc(125) })),
  },
  questions: {
    says: 'is let in, asks without end and reads no answer',
    hands: 1,
    act: (target, count) => flood(target, count, textFrame(ping), sayHello),
  },
  commands: {
    says: 'is let in and gives commands without end',
    hands: 1,
    act: (target, count) => flood(target, count, textFrame(push), sayHello),
  },
};

/** A message as a browser sends it. */
export const textFrame = (message: string): Buffer =>
  frame({ first: text, payload: Buffer.from(message) });

/** Fifty commands that break a rule of the shop. */
const push = JSON.stringify({
  type: 'push',
  commands: Array.from({ length: 50 }, (_, index) => ({
    n: index + 1,
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name: 'order.send',
    v: 1,
    args: { order: 'none' },
    madeAt: 0,
    base: 0,
  })),
});

const piece = frame({ first: 0x00, payload: Buffer.from('a') });
const manyPieces = Buffer.concat([
  frame({ first: 0x01, payload: Buffer.from('a') }),
  ...Array.from({ length: 120_000 }, () => piece),
]);

async function sayOnSocket(target: Target, count: number, bytes: Buffer): Promise<void> {
  const wire = await openSocket(target.address, from(count));
  wire.say(bytes);
  await wire.ended;
}

/** Goes on for as long as the hub lets it, as fast as the hub reads. */
async function flood(
  target: Target,
  count: number,
  bytes: Buffer,
  begin?: (target: Target, wire: Wire) => unknown,
): Promise<void> {
  const wire = await openSocket(target.address, from(count));
  begin?.(target, wire);
  wire.socket.pause();
  const many = Buffer.concat(Array.from({ length: handful }, () => bytes));
  while (!wire.socket.destroyed) {
    wire.say(many);
    await new Promise<void>((resolve) => {
      wire.socket.once('drain', resolve);
      void wire.ended.then(() => resolve());
    });
  }
}

/** Answers the challenge that came on `wire`, and returns what was said. */
export function sayHello({ device }: Pick<Target, 'device'>, wire: Wire): string {
  const challenge = /\{"type":"challenge".*\}/.exec(wire.heard())?.[0] ?? '';
  const hello = helloOf(device, JSON.parse(challenge) as Challenge);
  wire.say(textFrame(hello));
  return hello;
}

function heardSomething({ socket, ended }: Wire): Promise<void> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve());
    void ended.then(() => resolve());
  });
}
