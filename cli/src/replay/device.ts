// One device of the replay: let in once, then opened from its storage each time its process starts,
// over a real socket that notes what is sent.

import { existsSync } from 'node:fs';
import path from 'node:path';

import { type Client, type Identity, openClient } from '@pos-sync/client';
import { createFileStorage, openFileStorage } from '@pos-sync/client/storage/file';
import { createMemoryStorage } from '@pos-sync/client/storage/memory';
import { createShop } from '@pos-sync/shop';
import { WebSocket } from 'ws';

import type { Trace } from './traces.ts';
import { type StorageWatch, type WatchedStorage, watchStorage } from './watched-storage.ts';

export interface Device {
  readonly name: string;
  readonly client: Client;
  readonly storage: WatchedStorage;
}

export interface DeviceOptions {
  readonly name: string;
  /** Undefined for a device that only watches: what it holds ends with its process. */
  readonly folder?: string;
  readonly hub: string;
  /** Lets it in; only called the first time. */
  letIn(): Promise<Identity>;
  readonly watch?: StorageWatch;
  readonly sent?: Trace;
}

const build = 'pos-sync replay';
const nobodyWatches: StorageWatch = { commandsMoved: () => undefined, rowsCame: () => undefined };
const connectWithinMs = 5_000;
const frameBytesMax = 256 * 1024;

/** With the business day of a hub on this very machine. */
export const shop = createShop({
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
});

export async function openDevice(options: DeviceOptions): Promise<Device> {
  const { identity, storage: inner } = await storageOf(options);
  const storage = watchStorage(inner, options.watch ?? nobodyWatches);
  const client = await openClient({
    domain: shop,
    identity,
    storage,
    hub: options.hub,
    WebSocket: socketTo(options.hub, options.sent),
    build,
  });
  return { name: options.name, client, storage };
}

async function storageOf({ name, folder, letIn }: DeviceOptions) {
  if (folder === undefined) return { identity: await letIn(), storage: createMemoryStorage() };
  const file = path.join(folder, `${name}.device.db`);
  const isKnown = existsSync(file);
  const storage = isKnown ? openFileStorage(file) : createFileStorage(file, await letIn());
  return { identity: storage.identity, storage };
}

/**
 * A socket that leads to `hub` whatever address was asked for: a hub tells devices its own address,
 * and the bad network must not be walked around.
 */
function socketTo(hub: string, sent: Trace | undefined) {
  const url = `${hub.replace(/^http/, 'ws')}/sync`;
  return class extends WebSocket {
    constructor() {
      super(url, {
        perMessageDeflate: false,
        handshakeTimeout: connectWithinMs,
        maxPayload: 4 * frameBytesMax,
      });
    }

    // The overloads of `ws` take options that this client never gives.
    override send(text: string): void {
      if (sent !== undefined) for (const id of pushedIds(text)) sent.note(id);
      super.send(text, () => undefined);
    }
  };
}

/** The ids of the commands in a push; none for any other frame. */
function pushedIds(text: string): string[] {
  if (!text.startsWith('{"type":"push"')) return [];
  const { commands } = JSON.parse(text) as { commands: { id: string }[] };
  return commands.map(({ id }) => id);
}
