// A device that was let in as it should be and then means harm: its key is real, what it says is not.
// It speaks over a real socket and says whatever text it is told to.

import { createHash } from 'node:crypto';

import type { Decided } from '@pos-sync/sync';

import { type HubDoor, openPairingWindow } from '../cli/src/hub-door.ts';
import { proofOf } from '../local-server/src/pairing/code.ts';
import { createKeys, TestDevice } from '../local-server/src/testing/standing-door.ts';

export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the hub says to `method path` with these headers and this body. */
export async function callHub(
  { address }: HubDoor,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: object,
): Promise<Answer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, headers: { ...type, ...headers } };
  const sent = body === undefined ? init : { ...init, body: JSON.stringify(body) };
  const response = await fetch(`${address}${path}`, sent);
  const said = (await response.json()) as Answer['body'];
  return { status: response.status, code: said['code'] as string | undefined, body: said };
}

export async function hubIdOf(hub: HubDoor): Promise<string> {
  return String((await callHub(hub, 'GET', '/pairing')).body['hub']);
}

/** Tries to join with this code, and a token of its own where one is given. */
export async function tryCode(
  hub: HubDoor,
  code: string,
  bearer?: string,
  { publicKey } = createKeys(),
): Promise<Answer> {
  const hash = bearer && createHash('sha256').update(bearer).digest('hex');
  const proof = proofOf(code, await hubIdOf(hub), publicKey, hash);
  const body = { publicKey, proof, ...(hash !== undefined && { bearerHash: hash }) };
  return callHub(hub, 'POST', '/pairing/join', {}, body);
}

export async function letInHostile(hub: HubDoor, role: string): Promise<TestDevice> {
  const { code } = await openPairingWindow(hub, { role, name: `hostile ${role}` });
  const keys = createKeys();
  const { body } = await tryCode(hub, code, undefined, keys);
  return new TestDevice(String(body['device']), keys);
}

export type Asked = Readonly<Record<string, unknown>>;

export interface HostileDevice {
  readonly device: TestDevice;
  readonly frames: readonly Record<string, unknown>[];
  /** Settles when the hub has closed the socket. */
  readonly gone: Promise<unknown>;
  say(text: string): void;
  until(type: string): Promise<Record<string, unknown>>;
  /** What the hub decides of these commands: a frame of JSON texts, `n` and the rest already in them. */
  push(...commands: readonly string[]): Promise<readonly Decided[]>;
  /** The same for a command whose args are this JSON; it gets the next `n`. */
  give(name: string, args: string, more?: Asked): Promise<Decided>;
  leave(): void;
}

/** Says hello with `more` in it, and waits for what comes: `welcome`, or `deny`. */
export async function connectHostile(
  hub: HubDoor,
  device: TestDevice,
  { first = 'welcome', ...more }: Asked & { readonly first?: string } = {},
): Promise<HostileDevice> {
  const socket = await device.connect(new URL(hub.address).host, more);
  await socket.until(first);
  let n = 0;
  const push = async (...commands: readonly string[]): Promise<readonly Decided[]> => {
    socket.frames.splice(0);
    socket.say(`{"type":"push","commands":[${commands.join(',')}]}`);
    const decided: Decided[] = [];
    while (decided.length < commands.length) {
      const frame = await socket.until('outcomes');
      socket.frames.splice(0, socket.frames.indexOf(frame) + 1);
      decided.push(...(frame['outcomes'] as Decided[]));
    }
    return decided;
  };
  return {
    device,
    frames: socket.frames,
    gone: socket.gone,
    say: (text) => socket.say(text),
    until: (type) => socket.until(type),
    push,
    async give(name, args, of = {}) {
      n += 1;
      const [decided] = await push(commandText(device, n, name, args, of));
      if (decided === undefined) throw new Error(`the hub did not answer ${name}`);
      return decided;
    },
    leave: () => socket.close(),
  };
}

/** The JSON of a command; `args` stands in it as it is. */
export function commandText(
  { device }: TestDevice,
  n: number,
  name: string,
  args: string,
  more: Asked = {},
): string {
  const of = { n, id: `${device}.${n}`, name, v: 1, madeAt: Date.now(), base: 0, ...more };
  return `${JSON.stringify(of).slice(0, -1)},"args":${args}}`;
}
