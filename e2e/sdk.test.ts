// The client that the hub hands out, in a folder that has nothing else of this project: a program of
// somebody else's takes orders with that one file.

import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { type Client, join, openClient } from '@pos-sync/client';
import { createMemoryStorage } from '@pos-sync/client/storage/memory';
import type { OrderRow, TicketRow } from '@pos-sync/shop';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { shop } from '../cli/src/replay/device.ts';
import { runToEnd } from './hub-process.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const root = path.resolve(import.meta.dirname, '..');
const run = promisify(execFile);
const withinMs = 10_000;
const served = [
  ['client.js', 'text/javascript; charset=utf-8'],
  ['client.d.ts', 'text/plain; charset=utf-8'],
  ['client.tgz', 'application/gzip'],
] as const;

/** Its words: where the hub is, a code when it is new, and the ids of the orders to take. */
const program = `
import { createFileStorage, createShop, join, newId, nextOrderNumber, openClient, openFileStorage } from './client.js';

declare const process: { readonly argv: readonly string[] };
const [, , hub = '', code = '', ...orders] = process.argv;
const file = 'kiosk.device';
const storage = code === '' ? openFileStorage(file) : createFileStorage(file, await join(hub, code, fetch));
const domain = createShop({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
const client = await openClient({ domain, identity: storage.identity, storage, hub, WebSocket, build: '1' });
const tea = { item: 'tea', version: '1' };
const { device, letter } = client.identity;
client.onMoved(({ name, status }) => {
  if (status.at === 'answered' && status.answered.outcome !== 'ok') console.log(name, status.answered);
});
if (code !== '') {
  client.give('menu.put', { ...tea, name: 'Tea', station: 'bar', priceMinor: 250, choices: {} });
}
for (const order of orders) {
  const count: number = nextOrderNumber(client, device, domain.dayOf(client.hubTimeMs()));
  client.give('order.open', { order, number: { letter, count } });
  client.give('order.addLine', { order, line: newId(), ...tea, quantity: 2, choices: [], shownMinor: 250 });
  await client.give('order.send', { order }).saved;
}
console.log('saved');
`;

let folder: string;
let hub: StandingHub;
const programs: ChildProcess[] = [];

beforeAll(async () => {
  await run(process.execPath, [path.join(root, 'build/sdk.mjs')]);
  folder = mkdtempSync(path.join(tmpdir(), 'sdk-'));
  hub = await openStandingHub(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'program.ts'), program);
  for (const [name] of served) {
    const response = await fetch(`${hub.address}/sdk/${name}`);
    writeFileSync(path.join(folder, name), Buffer.from(await response.arrayBuffer()));
  }
});
afterAll(async () => {
  for (const each of programs) each.kill('SIGKILL');
  await hub.end('SIGTERM');
  rmSync(folder, { recursive: true });
});

it.each(served)('hands out %s to everybody, as what it is', async (name, type) => {
  const made = readFileSync(path.join(root, 'dist/sdk', name));
  expect(readFileSync(path.join(folder, name)).equals(made)).toBe(true);
  const { status, headers } = await fetch(`${hub.address}/sdk/${name}`, { method: 'HEAD' });
  expect([status, headers.get('content-type')]).toEqual([200, type]);
  expect(headers.get('content-length')).toBe(String(made.length));
});

it('takes orders with that file alone: the kitchen sees them, the counter takes the money, and a program that is killed gives nothing twice', async () => {
  const [counter, bar] = [await letIn('counter'), await letIn('kitchen')];
  const { code } = await openPairingWindow(hub, { role: 'program', name: 'Kiosk' });
  const first = await startProgram(code, 'one');
  await until('the first order', () => states(counter)['one'] === 'open 500', withinMs);
  await until('its ticket', () => tickets(bar).length === 1, withinMs);
  await kill(first);

  // Nobody hears of the second one before the program is gone.
  await hub.end('SIGTERM');
  await kill(await startProgram('', 'two'));
  await hub.start();
  const second = await startProgram('');
  await until('the second order', () => tickets(bar).length === 2, withinMs);
  await kill(second);
  await startProgram('', 'three');
  await until('the third order', () => tickets(bar).length > 2, withinMs);
  expect(tickets(bar)).toEqual(['C1', 'C2', 'C3']);

  for (const order of ['one', 'two', 'three']) await settle(counter, order, 500);
  counter.give('order.open', {
    order: 'own',
    number: { letter: counter.identity.letter, count: 1 },
  });
  const tea = { item: 'tea', version: '1', choices: [], shownMinor: 250 };
  counter.give('order.addLine', { order: 'own', line: 'l1', ...tea, quantity: 1 });
  await settle(counter, 'own', 250);
  await until('the last bill', () => states(counter)['own'] === 'closed 250', withinMs);
  const paid = 'closed 500';
  expect(states(counter)).toEqual({ one: paid, two: paid, three: paid, own: 'closed 250' });
  await Promise.all([counter.close(), bar.close()]);
});

it('runs where nothing of Node or of a browser is there, and says that it can keep no file', async () => {
  const bare = `
    const vm = require('node:vm');
    const source = require('node:fs').readFileSync('client.js', 'utf8');
    const module = new vm.SourceTextModule(source, { context: vm.createContext({}) });
    const refuse = (name) => { throw new Error('it imports ' + name); };
    module.link(refuse).then(() => module.evaluate()).then(() => {
      try { module.namespace.openFileStorage('kiosk.device') } catch ({ code }) { console.log(code) }
    });`;
  const args = ['--experimental-vm-modules', '--no-warnings', '--eval', bare];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  expect(stdout).toBe('NO_FILES_HERE\n');
});

it('has types that are whole by themselves', async () => {
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom'],
    types: [],
  };
  writeFileSync(
    path.join(folder, 'wrong.ts'),
    `import { join } from './client.js';\njoin(8080);\n`,
  );
  const project = { compilerOptions, files: ['program.ts', 'client.d.ts', 'wrong.ts'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { said } = await runToEnd({ command: [process.execPath, compiler], folder });
  expect(said.trim()).toMatch(/^wrong\.ts\(2,1\): error TS2554: [^\n]+$/);
});

it('is the very package that npm packs of the client, and npm installs it from the hub', async () => {
  const client = path.join(folder, 'copy/packages/client');
  for (const file of ['package.json', 'README.md']) {
    cpSync(path.join(root, 'packages/client', file), path.join(client, file));
  }
  symlinkSync(path.join(root, 'build'), path.join(folder, 'copy/build'));
  const before = readdirSync(client).map((file) => readFileSync(path.join(client, file), 'utf8'));
  await npm(client, 'pack', '--pack-destination', '..');
  const packed = path.join(client, '../pos-sync-client-0.1.0.tgz');
  expect(readFileSync(packed).equals(readFileSync(path.join(folder, 'client.tgz')))).toBe(true);
  const after = readdirSync(client).map((file) => readFileSync(path.join(client, file), 'utf8'));
  expect(after).toEqual(before);

  const place = path.join(folder, 'shop');
  mkdirSync(place);
  writeFileSync(path.join(place, 'package.json'), '{"private": true, "type": "module"}');
  await npm(place, 'install', `${hub.address}/sdk/client.tgz`);
  const use = `import('@pos-sync/client').then((it) => console.log(typeof it.createShop))`;
  const { stdout } = await run(process.execPath, ['--eval', use], { cwd: place });
  expect(stdout).toBe('function\n');
});

async function npm(place: string, ...args: string[]): Promise<void> {
  const environment = { npm_config_cache: path.join(folder, 'npm'), npm_config_audit: 'false' };
  const { code, said } = await runToEnd({ command: ['npm', ...args], folder: place, environment });
  expect([code, code === 0 || said]).toEqual([0, true]);
}

async function startProgram(code: string, ...orders: string[]): Promise<ChildProcess> {
  const args = ['program.ts', new URL(hub.address).host, code, ...orders];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(child);
  const said: unknown[] = await once(createInterface(child.stdout), 'line');
  expect(said).toEqual(['saved']);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function letIn(role: string): Promise<Client> {
  const { code } = await openPairingWindow(hub, { role, name: role });
  const identity = await join(hub.address, code, fetch);
  const storage = createMemoryStorage();
  return openClient({
    domain: shop,
    identity,
    storage,
    hub: hub.address,
    WebSocket,
    build: 'test',
  });
}

async function settle(counter: Client, order: string, amountMinor: number): Promise<void> {
  counter.give('payment.take', { payment: `p-${order}`, order, tender: 'cash', amountMinor });
  const closing = counter.give('order.close', { order, expectedTotalMinor: amountMinor });
  expect(await closing.accepted).toMatchObject({ outcome: 'ok' });
}

/** By the id of an order, as the hub has confirmed it. */
function states(client: Client): Record<string, string> {
  const said = rowsOf(client, 'order').map(({ key, body }) => {
    const { state, totalMinor } = body as unknown as OrderRow;
    return [key.slice('order/'.length), `${state} ${totalMinor}`] as const;
  });
  return Object.fromEntries(said);
}

/** The numbers of the orders, one for each ticket. */
function tickets(client: Client): string[] {
  const numbers = rowsOf(client, 'ticket').map(({ body }) => (body as unknown as TicketRow).number);
  return numbers.toSorted((one, other) => one.localeCompare(other));
}

function rowsOf(client: Client, kind: string) {
  return [...client.confirmed.rows].filter(({ key }) => key.startsWith(`${kind}/`));
}
