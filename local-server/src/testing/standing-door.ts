// A hub as `main.ts` wires it, over a store in memory and real sockets on 127.0.0.1, and devices that
// knock at it: for tests of the door.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { helloText, protocolVersion } from '@pos-sync/sync';
import { pino } from 'pino';
import { WebSocket } from 'ws';

import { openSocketChannel } from '../channel/socket-channel.ts';
import { openDoor } from '../door.ts';
import { openEngine } from '../engine/open-engine.ts';
import { createMetrics } from '../http/metrics.ts';
import { createHttp } from '../http/server.ts';
import { signedText } from '../http/signature.ts';
import { proofOf } from '../pairing/code.ts';
import type { HubProcess } from '../process/routes.ts';
import { openMemory } from '../store/memory.ts';
import { expectDescribed } from './described.ts';

export const adminKey = 'a'.repeat(43);
const host = '127.0.0.1';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Sent as text/csv instead. */
  readonly table?: string | Uint8Array<ArrayBuffer>;
}

export async function openStandingDoor() {
  const { http, channel, store, engine, metrics } = openParts();
  const claims: (string | undefined)[] = [];
  const told: string[] = [];
  const door = openDoor(http, {
    engine,
    store,
    adminKey,
    metrics,
    process: writingDown(told),
    showClaim: (code) => void claims.push(code),
  });
  await http.listen();
  door.lookAtClaim();
  const address = `${host}:${http.port()}`;

  const send = async (call: Call, authorization?: string): Promise<Answer> => {
    const { method, path } = call;
    const response = await fetch(`http://${address}${path}`, requestOf(call, authorization));
    const answer = { status: response.status, body: (await response.json()) as Answer['body'] };
    expectDescribed(http.guard.routes, { method, path, ...answer });
    return answer;
  };
  const asBox = (call: Call): Promise<Answer> => send(call, `Bearer ${adminKey}`);
  const join = (code: string, keys: Keys, bearerHash?: string): Promise<Answer> => {
    const { publicKey } = keys;
    const proof = proofOf(code, engine.hub, publicKey, bearerHash);
    const body = { publicKey, proof, ...(bearerHash !== undefined && { bearerHash }) };
    return send({ method: 'POST', path: '/pairing/join', body });
  };
  /** Lets a device in through a window that the box opens. */
  const letIn = async (role: string, name: string): Promise<TestDevice> => {
    const wanted = { method: 'POST', path: '/pairing/windows', body: { role, name } } as const;
    const keys = createKeys();
    const joined = await join(String((await asBox(wanted)).body['code']), keys);
    return new TestDevice(String(joined.body['device']), keys);
  };
  const signed = (device: TestDevice, call: Call): Promise<Answer> =>
    send(call, device.authorization(engine.hub, call));
  return {
    engine,
    app: http.app,
    guard: http.guard,
    /** Every command that was decided, as JSON text. */
    log: (): string[] => store.history(0, 1_000).map(({ body }) => body),
    /** Their ids. */
    logIds: (): string[] => store.history(0, 1_000).map(({ id }) => id),
    address,
    /** Every code that was shown for the first manager, and `undefined` where it was void. */
    claims,
    /** What its process was told to do. */
    told,
    send,
    asBox,
    signed,
    join,
    letIn,
    async close(): Promise<void> {
      await engine.running.stop();
      channel.end();
      await http.close();
      store.close();
    },
  };
}

function sentBy({ body, table }: Call): string | Uint8Array<ArrayBuffer> | undefined {
  return table ?? (body && JSON.stringify(body));
}

function requestOf(call: Call, authorization: string | undefined): RequestInit {
  const { method, table } = call;
  const type = table === undefined ? 'application/json' : 'text/csv';
  const sent = sentBy(call);
  return {
    method,
    headers: {
      ...(sent !== undefined && { 'content-type': type }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(sent !== undefined && { body: sent }),
  };
}

/** The process of a test goes on. */
function writingDown(told: string[]): HubProcess {
  return {
    version: '1',
    storage: 'memory',
    health: [],
    stop: () => void told.push('stop'),
    restart: () => void told.push('restart'),
    whyNotAgain: () => undefined,
  };
}

function openParts() {
  const log = pino({ level: 'silent' });
  const http = createHttp({ host, port: 0, version: '1', health: [], log });
  const channel = openSocketChannel(http.server, http.gate);
  const store = openMemory();
  const metrics = createMetrics(undefined);
  const engine = openEngine({
    store: metrics.watch(store),
    channel,
    witness: undefined,
    stampKey: 'key',
    isRestored: false,
    addresses: () => [],
    exit(message) {
      throw new Error(message);
    },
    onRecovery: () => {},
  });
  return { http, channel, store, engine, metrics };
}

export interface Keys {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export function createKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { publicKey: publicKey.export({ format: 'jwk' }).x ?? '', privateKey };
}

export class TestDevice {
  readonly device: string;
  readonly keys: Keys;
  #counter = 0;

  constructor(device: string, keys: Keys) {
    this.device = device;
    this.keys = keys;
  }

  sign(text: string): string {
    return sign(undefined, Buffer.from(text), this.keys.privateKey).toString('base64url');
  }

  /** The header of a call; `counter` goes up by itself. */
  authorization(hub: string, call: Call, counter = (this.#counter += 1)): string {
    const { method, path } = call;
    const bodyHash = createHash('sha256')
      .update(sentBy(call) ?? '')
      .digest('hex');
    const { device } = this;
    const text = signedText({ hub, device, method, url: path, counter, bodyHash });
    const signature = this.sign(text);
    return `Pos-Device device="${device}", counter="${counter}", signature="${signature}"`;
  }

  /** Says hello, with `more` in it; every frame that comes after the challenge is in `frames`. */
  async connect(address: string, more: object = {}, from = host) {
    const webSocket = new WebSocket(`ws://${address}/sync`, { localAddress: from });
    const frames: Record<string, unknown>[] = [];
    let heard = (): void => {};
    const gone = once(webSocket, 'close');
    webSocket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Record<string, unknown>;
      if (frame['type'] === 'challenge') webSocket.send(this.#hello(frame, more));
      else frames.push(frame);
      heard();
    });
    const until = async (type: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const found = frames.find((frame) => frame['type'] === type);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (heard = resolve));
      }
    };
    await once(webSocket, 'open');
    const say = (frame: object | string): void =>
      webSocket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    return { frames, until, gone, say, close: () => webSocket.terminate() };
  }

  #hello(challenge: Record<string, unknown>, more: object): string {
    const { nonce, hub, store } = challenge as Record<'nonce' | 'hub' | 'store', string>;
    const { device } = this;
    const signature = this.sign(helloText(nonce, hub, store, device));
    const place = { view: '', projection: '', run: 'run-1', lastN: 0, answered: 0, lowest: 1 };
    const who = { protocol: protocolVersion, build: 'test', device, store, signature };
    return JSON.stringify({ type: 'hello', ...who, ...place, ...more });
  }
}
