// Real devices against a real hub: let in through its door with a code, with their storage in files
// and real sockets, and a ledger of every command they were given.

import path from 'node:path';

import { type Client, join, openClient } from '@pos-sync/client';
import { createFileStorage } from '@pos-sync/client/storage/file';
import { WebSocket } from 'ws';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { shop } from '../cli/src/replay/device.ts';
import type { Ledger } from './ledger.ts';
import type { StandingHub } from './standing-hub.ts';
import { pause, until } from './until.ts';

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
  /** Commands of all devices that have no outcome. */
  waiting(): number;
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
  const manager = await letIn(hub, folder, ledger, 'manager');
  await manager.give('menu.put', { ...item, name: 'Tea', station: 'bar', choices: {} });
  await manager.give('order.open', { order: sharedOrder, number: { letter: 'Z', count: 1 } });
  const devices = [manager];
  for (let entry = 1; entry <= entries; entry += 1) {
    devices.push(await letIn(hub, folder, ledger, 'entry', entry));
  }
  const isMenuThere = ({ client }: Device): boolean => client.get(`item/${item.item}`) !== undefined;
  await until('the menu on every device', () => devices.every(isMenuThere), settleWithinMs);
  return {
    devices,
    manager,
    waiting: () => devices.reduce((sum, { client }) => sum + client.connection.waiting, 0),
    nudge() {
      for (const { client } of devices) client.nudge();
    },
    close: async () => void (await Promise.all(devices.map(({ client }) => client.close()))),
  };
}

async function letIn(
  hub: StandingHub,
  folder: string,
  ledger: Ledger,
  role: string,
  number = 1,
): Promise<Device> {
  const name = `${role}-${number}`;
  const { code } = await openPairingWindow(hub, { role, name });
  const identity = await join(hub.address, code, fetch);
  const storage = createFileStorage(path.join(folder, `${name}.device.db`), identity);
  const options = { domain: shop, identity, storage, hub: hub.address, WebSocket, build: 'e2e' };
  const client = await openClient(options);
  const give = (command: string, args: object): Promise<unknown> =>
    ledger.enter(name, command, args, client.give(command, args));
  return { name, role, client, give };
}

const settleWithinMs = 60_000;
const calmMs = 300;

/**
 * Waits until every device is connected, has everything and is asked for nothing, twice in a row.
 * Nothing nudges them: they come back by themselves. Returns how long it took.
 */
export async function settled({ devices }: Crew, withinMs = settleWithinMs): Promise<number> {
  const startedMs = performance.now();
  let before = '';
  for (;;) {
    const now = standing(devices);
    if (now !== undefined && now === before) return performance.now() - startedMs;
    before = now ?? '';
    if (performance.now() - startedMs > withinMs) {
      throw new Error(`not everybody came to rest within ${withinMs} ms: ${say(devices)}`);
    }
    await pause(calmMs);
  }
}

/** Where all stand, undefined where they do not stand together. */
function standing(devices: readonly Device[]): string | undefined {
  const places = devices.map(({ client }) => {
    const { isLive, waiting } = client.connection;
    const { at } = client.confirmed;
    return isLive && waiting === 0 && at !== undefined ? `${at.epoch.id} ${at.seq}` : '';
  });
  const [first] = places;
  return first !== '' && places.every((place) => place === first) ? first : undefined;
}

function say(devices: readonly Device[]): string {
  const stands = devices.map(({ name, client }) => {
    const { state, isLive, waiting } = client.connection;
    return `${name} ${state}${isLive ? ' live' : ''}, ${waiting} waiting, at ${client.confirmed.at?.seq}`;
  });
  return stands.join('; ');
}
