// A replay through a hub that runs already, as people type it: into an empty one, and into one that has
// orders of a shop.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { DeviceList } from '../devices/device-list.ts';
import { openPairingWindow } from '../hub-door.ts';
import type { ListedOrder, OrderView } from '../history/ask.ts';
import { type Ended, runCommand } from '../testing/run-command.ts';
import { ask } from './commands.ts';
import { openDevice } from './device.ts';
import { type HubProcess, startHub } from './hub-process.ts';
import { letIn } from './letting-in.ts';
import { menuOf } from './menu.ts';
import { putMenuUp } from './office.ts';
import type { Report } from './report.ts';

const sample = path.resolve(import.meta.dirname, '../../samples/orders.jsonl');
const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-replay-hub-'));
let hub: HubProcess;
/** Far more than it takes: other work on this machine must not fail a test. */
const timeoutMs = 120_000;

beforeAll(async () => {
  hub = await startHub(path.join(folder, 'data'));
});
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const replay = (...flags: string[]): Promise<Ended> =>
  runCommand('replay', sample, '--entries', '2', '--hub', hub.address, '--json', ...flags);
const atBox = (...args: string[]): Promise<Ended> =>
  runCommand(...args, '--data', hub.dataFolder, '--hub', hub.address, '--json');

function expectClean({ code, stdout, stderr }: Ended): void {
  expect(stderr).toMatch(/all 40 orders are in the database, and each of the 6 devices holds/);
  expect(stderr).toMatch(/The 7 devices of this replay, called "Replay \w{6} …", are put away\./);
  const clean = { orders: 40, lost: 0, duplicated: 0, divergentDevices: 0, deduplicated: null };
  expect(JSON.parse(stdout) as Report).toMatchObject({ ...clean, hubRestarts: 0, cuts: 0 });
  expect(code).toBe(0);
}

async function expectAllPutAway(count: number, ...others: string[]): Promise<void> {
  const { devices } = JSON.parse((await atBox('devices')).stdout) as DeviceList;
  const present = devices.filter(({ retiredAt }) => retiredAt === undefined);
  expect(present.map(({ name }) => name)).toEqual(others);
  expect(devices).toHaveLength(count + others.length);
}

async function numbers(): Promise<string[]> {
  const { stdout } = await atBox('orders', '--limit', '200');
  return (JSON.parse(stdout) as { orders: ListedOrder[] }).orders.map(({ number }) => number);
}

it(
  'lets the orders flow through an empty hub, and puts its devices away',
  async () => {
    expectClean(await replay('--data', hub.dataFolder, '--displays', '1'));
    await expectAllPutAway(7);
    expect(await numbers()).toHaveLength(40);
  },
  timeoutMs,
);

/** An order of the shop that its kitchen has not begun. */
async function serveGuest(): Promise<void> {
  const enter = (role: string, name: string) => async () =>
    letIn(hub.address, (await openPairingWindow(hub, { role, name })).code);
  const menu = menuOf([{ id: 'x', lines: [soup] }]);
  const opened = (): Promise<void> => Promise.resolve();
  await putMenuUp({ hub: hub.address, menu, letIn: enter('manager', 'Office'), opened });
  const { client } = await openDevice({
    name: 'Till',
    hub: hub.address,
    letIn: enter('entry', 'Till'),
  });
  const { letter } = client.identity;
  const line = { line: '1', item: 'i1', quantity: 1, choices: [], unitMinor: soup.unitMinor };
  const given = [ask.openOrder('guest', letter, 1), ask.addLine('guest', line)];
  for (const { name, args } of [...given, ask.sendOrder('guest')]) {
    expect((await client.give(name, args).accepted).outcome).toBe('ok');
  }
  await client.close();
}

const soup = { name: 'Soup', quantity: 1, unitMinor: 480, choices: [] };

it(
  'leaves a hub with orders alone, unless it is told to go in; what it finds there stays as it is',
  async () => {
    const refused = await replay('--data', hub.dataFolder);
    expect(refused.stderr).toMatch(/has orders\. A replay would put 40 more[^]*--into-live-store/);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    await expectAllPutAway(7);
    await serveGuest();
    // As from another machine, where the hub's key is not.
    const { code } = await openPairingWindow(hub, { role: 'manager', name: 'Visitor' });
    const visit = await replay('--code', code, '--into-live-store', '--displays', '1');
    expectClean(visit);
    await expectAllPutAway(14, 'Office', 'Till');
    expect(new Set(await numbers()).size).toBe(81);
    const { tickets } = JSON.parse((await atBox('orders', 'guest')).stdout) as OrderView;
    expect(tickets).toMatchObject([{ station: 'grill', state: 'queued' }]);
  },
  timeoutMs,
);

it.each([
  [['--hub', '8080', '--chaos'], 2, /^Chaos kills the hub[^]*\nLeave --chaos or --hub out/],
  [['--into-live-store'], 2, /^Without --hub a replay starts a hub of its own\./],
  [['--hub', 'http://192.168.7.7:8080'], 2, /the key of another is not here\.\n[^]*--code/],
  [['--hub', 'ftp://till', '--code', 'K7Q2M9XD'], 2, /^"ftp:\/\/till" is not the address of a hub/],
  [['--hub', '127.0.0.1:1', '--code', 'K7Q2M9XD'], 1, /^The hub does not answer\./],
])('refuses with a sentence: %j', async (flags, exitCode, said) => {
  const { code, stdout, stderr } = await runCommand('replay', sample, ...flags);
  expect(stderr).toMatch(said);
  expect([code, stdout]).toEqual([exitCode, '']);
});
