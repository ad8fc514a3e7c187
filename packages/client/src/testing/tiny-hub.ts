// The engine's real hub behind real sockets and a store in memory: what a client is tested against.
// It can be killed at any moment and started again over what was committed.

import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  type Channel,
  type Domain,
  type Hash,
  type HubConfig,
  type RunningHub,
  type Verifier,
  type Witness,
  runHub,
} from '@pos-sync/sync';
import { MemoryStore } from '@pos-sync/sync/testing';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { fromBase64url } from '../base64url.ts';
import { systemClock } from '../clock.ts';
import { type Identity, createKeyPair } from '../identity.ts';
import { newId, randomIds } from '../ids.ts';

const stampKey = 'kept outside the database';

export interface TinyHubOptions {
  readonly store?: MemoryStore;
  readonly port?: number;
  /** Listens already, and answers everything but the sockets. */
  readonly server?: NonNullable<ServerOptions['server']>;
}

export interface TinyHub {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly hub: RunningHub;
  /** What is committed. */
  readonly store: MemoryStore;
  readonly sockets: ReadonlySet<WebSocket>;
  pair(role: string, publicKey?: string): Promise<Identity>;
  /** From now on the hub hears nothing of what it is sent, as if the cable were cut. */
  deafen(isDeaf: boolean): void;
  /** From now on nobody hears anything of the hub. */
  mute(isMute: boolean): void;
  /** Ends at once, in the middle of whatever it does; answers what a next hub finds. */
  kill(): Promise<MemoryStore>;
  stop(): Promise<void>;
}

const hash: Hash = {
  sha256: (text) => bytesToHex(sha256(utf8ToBytes(text))),
  hmac: (key, text) => bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(text))),
};

const verifier: Verifier = {
  verify: (publicKey, text, signature) =>
    ed25519.verify(fromBase64url(signature), utf8ToBytes(text), fromBase64url(publicKey)),
};

export async function startTinyHub(
  domain: Domain,
  { store = new MemoryStore(), port = 0, server: over }: TinyHubOptions = {},
): Promise<TinyHub> {
  const sockets = new Map<string, WebSocket>();
  const cut = { isDeaf: false, isMute: false };
  const config: HubConfig = {
    domain,
    hash,
    ids: randomIds,
    verifier,
    hub: newId(),
    stampKey,
    addresses: () => [],
  };
  const exit = (message: string): never => {
    throw new Error(message);
  };
  const channel = channelOver(sockets, cut);
  const witness = witnessOf(store);
  const hub = runHub(config, { store, channel, witness, clock: systemClock, exit });
  const server = await listen(port, over);
  server.on('connection', (socket) => {
    const id = newId();
    sockets.set(id, socket);
    hub.connected(id);
    socket.on('message', (data: Buffer) => {
      if (!cut.isDeaf) hub.received(id, data.toString('utf8'));
    });
    socket.on('close', () => {
      sockets.delete(id);
      hub.closed(id);
    });
  });
  const listening = server.address() as { readonly port: number };

  async function end(): Promise<void> {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }

  return {
    id: config.hub,
    address: `http://127.0.0.1:${listening.port}`,
    port: listening.port,
    hub,
    store,
    get sockets() {
      return server.clients;
    },
    pair: (role, publicKey) => pair(hub, role, publicKey),
    deafen: (isDeaf) => void (cut.isDeaf = isDeaf),
    mute: (isMute) => void (cut.isMute = isMute),
    async kill() {
      const left = store.clone();
      cut.isDeaf = true;
      cut.isMute = true;
      await end();
      await hub.stop();
      return left;
    },
    async stop() {
      await hub.stop();
      await end();
    },
  };
}

/** A sidecar that knows no more than the store: whatever is lost, devices have to say so. */
function witnessOf(store: MemoryStore): Witness {
  return {
    read() {
      const image = store.load();
      if (image === undefined) return undefined;
      const { number, id } = image.epochs.at(-1)!;
      const { seq, chain } = image.head;
      const stamp = hash.hmac(stampKey, ['at', number, id, seq, chain].join('\n'));
      const at = { epoch: { number, id }, seq, chain, stamp };
      return { store: image.store, epochs: image.epochs, at, devices: [], receipt: image.receipt };
    },
    write: () => undefined,
  };
}

async function listen(port: number, over: TinyHubOptions['server']): Promise<WebSocketServer> {
  if (over !== undefined) return new WebSocketServer({ server: over, path: '/sync' });
  const server = new WebSocketServer({ host: '127.0.0.1', port, path: '/sync' });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return server;
}

function channelOver(
  sockets: ReadonlyMap<string, WebSocket>,
  cut: { readonly isMute: boolean },
): Channel {
  return {
    send(to, text) {
      if (cut.isMute) return;
      for (const id of to) sockets.get(id)?.send(text);
    },
    close: (id, code, reason) => sockets.get(id)?.close(code, reason),
  };
}

async function pair(hub: RunningHub, role: string, given?: string): Promise<Identity> {
  const { publicKey, secretKey } = createKeyPair();
  const device = newId();
  const args = { device, publicKey: given ?? publicKey, name: `${role} ${device}`, role };
  await hub.give(newId(), 'device.pair', args);
  const record = hub.status.rows.find(`device/${device}`)?.body ?? {};
  const { name, letter } = record as { name: string; letter: string };
  return { store: hub.status.store, device, name, letter, role, secretKey };
}
