// Real devices against a real hub: let in through its door with a code, with their storage in files
// and real sockets, and a ledger of every command they were given.

import path from 'node:path';

import { type Client, join, openClient } from '@pos-sync/client';
import { createFileStorage } from '@pos-sync/client/storage/file';
import { createMemoryStorage } from '@pos-sync/client/storage/memory';
import { WebSocket } from 'ws';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { shop } from '../cli/src/replay/device.ts';
import { comeToRest, standingOf } from '../cli/src/replay/standing.ts';
import type { Ledger } from './ledger.ts';
import type { StandingHub } from './standing-hub.ts';
import { until } from './until.ts';

export interface Device {
  readonly name: string;
  readonly role: string;
  readonly client: Client;
  /** Gives a command and enters it in the ledger. */
  give(name: string, args: object): Promise<unknown>;
}

export interface Crew {
  readonly devices: readonly Device[];
  /** Puts the menu up and takes every order of the shop's first minute. */
  readonly manager: Device;
  /** One more, who works with the others from now on. */
  letIn(role: string, number: number): Promise<Device>;
  /** Commands of all devices that have no outcome. */
  waiting(): number;
  /** How often the hub said "busy" to any of them. */
  busy(): number;
  nudge(): void;
  close(): Promise<void>;
}

export const item = { item: 'tea', version: 'v1', priceMinor: 250 } as const;
/** An order at which everybody writes; it stays open. */
export const sharedOrder = 'shared';

/** One manager and `entries` waiters, with the menu up and one order open that is everybody's. */
export async function openCrew(
  hub: StandingHub,
  folder: string,
  ledger: Ledger,
  entries: number,
): Promise<Crew> {
  const heard = { busy: 0 };
  const letOneIn = (role: string, number: number): Promise<Device> =>
    letIn({ hub, folder, ledger, heard }, role, number);
  const manager = await letOneIn('manager', 1);
  await openUp(manager);
  const devices = [manager];
  for (let entry = 1; entry <= entries; entry += 1) {
    devices.push(await letOneIn('entry', entry));
  }
  const isMenuThere = ({ client }: Device): boolean =>
    client.get(`item/${item.item}`) !== undefined;
  await until('the menu on every device', () => devices.every(isMenuThere), settleWithinMs);
  return {
    devices,
    manager,
    async letIn(role, number) {
      const device = await letOneIn(role, number);
      devices.push(device);
      await until('the menu on the new device', () => isMenuThere(device), settleWithinMs);
      return device;
    },
    waiting: () => devices.reduce((sum, { client }) => sum + client.connection.waiting, 0),
    busy: () => heard.busy,
    nudge() {
      for (const { client } of devices) client.nudge();
    },
    close: async () => void (await Promise.all(devices.map(({ client }) => client.close()))),
  };
}

/** The menu, and the order at which everybody writes. */
export async function openUp(manager: Device): Promise<void> {
  await manager.give('menu.put', { ...item, name: 'Tea', station: 'bar', choices: {} });
  await manager.give('order.open', { order: sharedOrder, number: { letter: 'Z', count: 1 } });
}

interface Door {
  readonly hub: StandingHub;
  readonly folder: string;
  readonly ledger: Ledger;
  readonly heard: { busy: number };
}

async function letIn({ hub, ...place }: Door, role: string, number: number): Promise<Device> {
  const name = `${role}-${number}`;
  const { code } = await openPairingWindow(hub, { role, name });
  return openDevice({ ...place, addresses: [hub.address] }, { name, role, code });
}

/** Lets a device in with a code, at the first of the hub's addresses. */
export async function openDevice(
  place: Omit<Door, 'hub'> & { readonly addresses: readonly string[] },
  { name, role, code }: { readonly name: string; readonly role: string; readonly code: string },
): Promise<Device> {
  const { addresses, folder, ledger, heard } = place;
  const identity = await join(addresses[0] ?? '', code, fetch);
  const storage = createFileStorage(path.join(folder, `${name}.device.db`), identity);
  const client = await openClient({
    domain: shop,
    identity,
    storage,
    hub: addresses,
    WebSocket: listening(heard),
    build: 'e2e',
  });
  const give = (command: string, args: object): Promise<unknown> =>
    ledger.enter(name, command, args, client.give(command, args));
  return { name, role, client, give };
}

/** A socket that counts what a client does not tell. */
function listening(heard: { busy: number }) {
  return class extends WebSocket {
    constructor(url: string) {
      super(url);
      this.on('message', (data: Buffer) => {
        if (data.toString('utf8', 0, busyHead.length) === busyHead) heard.busy += 1;
      });
    }
  };
}

const busyHead = '{"type":"busy"';

/** A screen that was let in long ago, holds nothing, and is switched on later. */
export async function openWatcher(hub: StandingHub) {
  const { code } = await openPairingWindow(hub, { role: 'manager', name: 'watcher' });
  const identity = await join(hub.address, code, fetch);
  let client: Client | undefined;
  return {
    async open(): Promise<Client> {
      const storage = createMemoryStorage();
      const options = {
        domain: shop,
        identity,
        storage,
        hub: hub.address,
        WebSocket,
        build: 'e2e',
      };
      client = await openClient(options);
      return client;
    },
    close: async (): Promise<void> => client?.close(),
  };
}

const settleWithinMs = 60_000;

/**
 * Waits until every device is connected, has everything and is asked for nothing. Nothing nudges
 * them: they come back by themselves.
 */
export async function settled(
  { devices }: Pick<Crew, 'devices'>,
  withinMs = settleWithinMs,
): Promise<void> {
  const amiss = await comeToRest(() => devices.map(standingOf), withinMs);
  if (amiss === undefined) return;
  throw new Error(`not everybody came to rest within ${withinMs} ms: ${amiss}`);
}
