// The commands about the past against a real hub, with the sample orders on its disk.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Reader } from '@pos-sync/client';
import { openStore } from '@pos-sync/local-server';
import { itemKey } from '@pos-sync/shop';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openPairingWindow } from '../hub-door.ts';
import { readOrders } from '../orders/read.ts';
import { ask, type Ask } from '../replay/commands.ts';
import { openDevice } from '../replay/device.ts';
import { type HubProcess, startHub } from '../replay/hub-process.ts';
import { letIn } from '../replay/letting-in.ts';
import { type Menu, menuOf } from '../replay/menu.ts';
import { putMenuUp } from '../replay/office.ts';
import { type Ended, runCommand } from '../testing/run-command.ts';
import type { ListedOrder, OrderHistory } from './ask.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-history-'));
const sample = path.resolve(import.meta.dirname, '../../samples/orders.jsonl');
let hub: HubProcess;
let ofEmptyShop: Ended;

const codeFor = async (role: string, name: string): Promise<string> =>
  (await openPairingWindow(hub, { role, name })).code;
const run = (...args: string[]): Promise<Ended> =>
  runCommand(...args, '--data', hub.dataFolder, '--hub', hub.address);

beforeAll(async () => {
  hub = await startHub(path.join(folder, 'data'));
  ofEmptyShop = await run('orders');
  const { orders } = await readOrders(sample, false);
  const menu = menuOf(orders);
  const office = async () => letIn(hub.address, await codeFor('manager', 'office'));
  await putMenuUp({ hub: hub.address, menu, letIn: office, opened: () => Promise.resolve() });
  await takeAll(menu, orders);
}, 60_000);
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Every order is opened, filled, sent, paid and closed, but the last one stays open. */
async function takeAll(
  menu: Menu,
  orders: Awaited<ReturnType<typeof readOrders>>['orders'],
): Promise<void> {
  const { client } = await openDevice({
    name: 'Till',
    hub: hub.address,
    letIn: async () => letIn(hub.address, await codeFor('entry', 'Till')),
  });
  await new Promise<void>((resolve) => {
    const isUp = ({ get }: Reader): boolean =>
      menu.items.every(({ item }) => get(itemKey(item)) !== undefined);
    client.watch(isUp, (isThere) => void (isThere && resolve()));
  });
  const accepted: Promise<{ readonly outcome: string }>[] = [];
  const give = ({ name, args }: Ask): void => {
    accepted.push(client.give(name, args).accepted);
  };
  for (const [index, { id, lines }] of orders.entries()) {
    give(ask.openOrder(id, 'B', index + 1));
    let totalMinor = 0;
    for (const [at, line] of lines.entries()) {
      const { item, choices } = menu.itemOf(line);
      const { quantity, unitMinor } = line;
      const taken = line.choices.map((name) => choices.get(name) ?? '');
      give(ask.addLine(id, { line: `l${at}`, item, quantity, choices: taken, unitMinor }));
      totalMinor += quantity * unitMinor;
    }
    give(ask.sendOrder(id));
    if (index === orders.length - 1) continue;
    give(ask.takePayment(id, totalMinor));
    give(ask.closeOrder(id, totalMinor));
  }
  const outcomes = new Set((await Promise.all(accepted)).map(({ outcome }) => outcome));
  await client.close();
  expect([...outcomes]).toEqual(['ok']);
}

async function listed(...args: string[]): Promise<readonly ListedOrder[]> {
  const { stdout } = await run('orders', ...args, '--json');
  return (JSON.parse(stdout) as { orders: ListedOrder[] }).orders;
}

it('lists the orders, finds some by number, device and day, and draws a table of them', async () => {
  const all = await listed('--limit', '200');
  expect(all).toHaveLength(40);
  expect(all.map(({ state }) => state).slice(0, 2)).toEqual(['open', 'closed']);
  expect(await listed('--number', 'b7', '--device', 'till')).toEqual([all[33]]);
  const day = all[0]?.openedDay ?? '';
  expect(await listed('--day', day, '--limit', '3')).toEqual(all.slice(0, 3));
  expect(await listed('--day', '2020-01-01')).toEqual([]);
  const { code, stdout } = await run('orders', '--limit', '2');
  expect(stdout).toMatch(/^ {2}number +state +total.*\n {2}B40 +open .*\n {2}B39 +closed .*\n$/);
  expect(code).toBe(0);
});

it('says of an empty shop that there is no order yet, and of a filter that none fits', async () => {
  expect(ofEmptyShop).toEqual({ code: 0, stdout: 'There is no order yet.\n', stderr: '' });
  expect((await run('orders', '--day', '2020-01-01')).stdout).toBe('No order is of that kind.\n');
  const none = await run('export', '--day', '2099-01-01', '--out', path.join(folder, 'none.csv'));
  expect(none.stdout).toMatch(
    /^0 records.*\nNo order was opened, closed or paid.*\nThis day is not/,
  );
});

it('shows one order by its number, and everything that was asked of it', async () => {
  const { stdout } = await run('orders', 'B7');
  expect(stdout).toMatch(/B7 +closed[^]*Lines:[^]*Tickets:[^]*Payments:[^]*cash/);
  const history = await run('orders', 'b7', '--history');
  expect(history.stdout).toMatch(/order\.open +ok[^]*payment\.take +ok[^]*order\.close +ok/);
  expect(history.stdout).toContain('No station has shown it yet.');
  const asked = JSON.parse((await run('orders', 's07', '--history', '--json')).stdout) as unknown;
  expect((asked as OrderHistory).commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['order.open', 'order.addLine', 'order.send', 'order.close']),
  );
  for (const typed of ['B999', 'nobody']) {
    const { code, stderr } = await run('orders', typed);
    expect(stderr).toMatch(/^The hub has no such order\.\nLook at the list/);
    expect(code).toBe(1);
  }
});

it('never writes over a file', async () => {
  const out = path.join(folder, 'mine.csv');
  writeFileSync(out, 'mine');
  const { code, stderr } = await run('export', '--day', '2026-11-22', '--out', out);
  expect(stderr).toMatch(/mine\.csv is there already and stays as it is\.\nName another/);
  expect([code, readFileSync(out, 'utf8')]).toEqual([2, 'mine']);
  const nowhere = path.join(folder, 'no', 'day.csv');
  const lost = await run('export', '--day', '2026-11-22', '--out', nowhere);
  expect(lost.stderr).toMatch(/^There is no folder .*\nName a file/);
  expect(existsSync(nowhere)).toBe(false);
});

it('exports a day whose sums are those of the log', async () => {
  const [newest] = await listed('--limit', '1');
  const day = newest?.openedDay ?? '';
  const [csv, json] = [path.join(folder, 'day.csv'), path.join(folder, 'day.json')];
  const { code, stdout } = await run('export', '--day', day, '--out', csv);
  expect(stdout).toMatch(/^\d+ records of .* are in .*day\.csv\.\nThis day is not over/);
  expect(code).toBe(0);
  const said = await run('export', '--day', day, '--format', 'json', '--out', json, '--json');
  expect(JSON.parse(said.stdout)).toMatchObject({ file: json, day, isOver: false });
  const table = recordsIn(readFileSync(csv, 'utf8'));
  const { records } = JSON.parse(readFileSync(json, 'utf8')) as { records: Fields[] };
  expect(table[0]).toMatchObject({ deviceName: 'Till', deviceLetter: 'B' });
  await hub.stop();
  const counted = countedFrom(hub.dataFolder);
  expect(counted.orders).toBe(40);
  expect(sumsOf(records)).toEqual(counted);
  expect(sumsOf(table)).toEqual(counted);
});

type Fields = Readonly<Record<string, unknown>>;

function sumsOf(records: readonly Fields[]) {
  const of = (kind: string): readonly Fields[] => records.filter(({ record }) => record === kind);
  const sum = (rows: readonly Fields[], field: string): number =>
    rows.reduce((total, row) => total + Number(row[field]), 0);
  const orders = of('order');
  expect(sum(of('line'), 'totalMinor')).toBe(sum(orders, 'totalMinor'));
  expect(sum(of('payment'), 'amountMinor')).toBe(sum(orders, 'paidMinor'));
  const [totalMinor, paidMinor] = [sum(orders, 'totalMinor'), sum(orders, 'paidMinor')];
  return { orders: orders.length, lines: of('line').length, totalMinor, paidMinor };
}

/** From what was asked alone, without any row. */
function countedFrom(dataFolder: string) {
  const store = openStore('sqlite', dataFolder);
  const counted = { orders: 0, lines: 0, totalMinor: 0, paidMinor: 0 };
  for (const { body } of store.history(0, 10_000)) {
    const { name, args } = JSON.parse(body) as { name: string; args: Record<string, number> };
    if (name === 'order.open') counted.orders += 1;
    if (name === 'payment.take') counted.paidMinor += Number(args['amountMinor']);
    if (name !== 'order.addLine') continue;
    counted.lines += 1;
    counted.totalMinor += Number(args['quantity']) * Number(args['shownMinor']);
  }
  store.close();
  return counted;
}

/** RFC 4180, read by its own words. */
function recordsIn(csv: string): Fields[] {
  const cells = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const lines: string[][] = [[]];
  for (const [, quoted, plain = '', end] of cells) {
    lines.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') lines.push([]);
  }
  const [head = [], ...rows] = lines.slice(0, -1);
  return rows.map((row) => {
    expect(row).toHaveLength(head.length);
    return Object.fromEntries(head.map((column, index) => [column, row[index]]));
  });
}
