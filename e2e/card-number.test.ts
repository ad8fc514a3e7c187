// Card numbers that people type into notes and names: on no disk and in no log, neither of the hub
// nor of a device, also where an older app did not look for them.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Client, type Identity, join, openClient } from '@pos-sync/client';
import {
  createFileStorage,
  type FileStorage,
  openFileStorage,
} from '@pos-sync/client/storage/file';
import type { Domain } from '@pos-sync/sync';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { shop } from '../cli/src/replay/device.ts';
import { type HubProcess, startHub } from './hub-process.ts';
import { attentionOf, readKept } from './judge.ts';
import { hubCommand } from './standing-hub.ts';
import { until } from './until.ts';

const number = '5105-1051-0510-5100';
const withinMs = 10_000;

let folder: string;
let dataFolder: string;
let deviceFile: string;
let hub: HubProcess;
let identity: Identity;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'card-number-'));
  dataFolder = path.join(folder, 'data');
  mkdirSync(path.join(folder, 'device'));
  deviceFile = path.join(folder, 'device', 'till.device.db');
  const command = [...hubCommand(dataFolder).slice(0, -1), 'trace'];
  hub = await startHub({ command, folder });
  const { code } = await openPairingWindow(door(), { role: 'manager', name: 'Till' });
  identity = await join(address(), code, fetch);
});

afterEach(async () => {
  await hub.stop('SIGKILL');
  rmSync(folder, { recursive: true });
});

const address = (): string => `http://127.0.0.1:${hub.port}`;
const door = () => ({ address: address(), dataFolder });
const open = (domain: Domain, storage: FileStorage): Promise<Client> =>
  openClient({ domain, identity, storage, hub: address(), WebSocket, build: 'e2e' });

/** An app from before anybody looked for card numbers. */
function olderShop(): Domain {
  const { withholds: _, ...older } = shop;
  return older;
}

const tea = { item: 'tea', version: 'v1', station: null, priceMinor: 250, choices: {} };
const line = { line: 'l1', quantity: 1, choices: [], shownMinor: 250 };
const teaLine = (order: string) => ({ order, item: 'tea', version: 'v1', ...line });

/** The files below a folder in which the number stands, spelled in any way. */
function filesWithNumber(below: string): string[] {
  const files = readdirSync(below, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name));
  return paths.filter((file) => holdsNumber(readFileSync(file).toString('latin1')));
}

function holdsNumber(text: string): boolean {
  return text.includes(number) || text.includes(number.replaceAll('-', ''));
}

it('is refused on the device before anything is saved [K2]', async () => {
  const client = await open(shop, createFileStorage(deviceFile, identity));
  await client.give('menu.put', { ...tea, name: 'Tea' }).accepted;
  await client.give('order.open', { order: 'o1', number: { letter: 'Z', count: 1 } }).accepted;
  const given = client.give('order.addLine', { ...teaLine('o1'), note: `pays with ${number}` });
  expect(given.refused).toMatchObject({ code: 'CARD_NUMBER' });
  await expect(given.saved).rejects.toMatchObject({ code: 'CARD_NUMBER' });
  expect(client.keys('o1')).toEqual(['order/o1']);
  await client.give('order.addLine', { ...teaLine('o1'), note: 'no sugar' }).accepted;
  await client.close();
  await hub.stop('SIGTERM');
  expect(filesWithNumber(folder)).toEqual([]);
  expect(holdsNumber(hub.said())).toBe(false);
});

it('is refused by the hub where an older app sends it, and is gone from that app too [K1] [K2]', async () => {
  const older = await open(olderShop(), createFileStorage(deviceFile, identity));
  await older.give('menu.put', { ...tea, name: 'Tea' }).accepted;
  await older.give('order.open', { order: 'o1', number: { letter: 'Z', count: 1 } }).accepted;
  await hub.stop('SIGTERM');
  const logged = hub.said();
  await older.give('order.addLine', { ...teaLine('o1'), note: number }).saved;
  await older.give('menu.put', { ...tea, item: 'cake', name: `Cake ${number}` }).saved;
  await older.give('order.send', { order: 'o1' }).saved;
  await older.close();
  expect(filesWithNumber(folder)).toEqual([deviceFile]);

  hub = await startHub({ command: [...hubCommand(dataFolder).slice(0, -1), 'trace'], folder });
  const updated = await open(shop, openFileStorage(deviceFile));
  await until('an answer to everything', () => updated.connection.waiting === 0, withinMs);
  expect(updated.keys('o1')).toEqual(['order/o1']);
  await updated.close();
  await hub.stop('SIGTERM');
  const noticed = attentionOf(readKept(dataFolder));
  expect(noticed).toHaveLength(2);
  for (const entry of noticed) expect(entry).toMatch(/^CARD_NUMBER: /);
  expect(filesWithNumber(folder)).toEqual([]);
  expect(holdsNumber(logged + hub.said())).toBe(false);
});

it('is no name of a device', async () => {
  const asked = openPairingWindow(door(), { role: 'entry', name: number });
  await expect(asked).rejects.toThrow(/card number/);
  await hub.stop('SIGTERM');
  expect(filesWithNumber(folder)).toEqual([]);
  expect(holdsNumber(hub.said())).toBe(false);
});
