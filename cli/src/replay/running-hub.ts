// A replay through a hub that runs already, perhaps a shop's own: under names and ids of its own, and
// at the end its devices are put away. The hub's file cannot be opened while it runs, so what devices
// hold is compared with what the hub answers about each order, and with what it tells a new device.

import { randomUUID } from 'node:crypto';

import { itemKey } from '@pos-sync/shop';

import { Failure } from '../failure.ts';
import type { Order } from '../orders/order.ts';
import { askDatabase } from './asked-database.ts';
import { type Crew, settle, startCrew } from './crew.ts';
import { startDevices } from './device-process.ts';
import { expectedOf } from './expected.ts';
import { holdersOf } from './holders.ts';
import { letIn } from './letting-in.ts';
import {
  type Ask,
  devicesOf,
  type Manager,
  managerOf,
  putAway,
  type Visit,
  windowsOf,
} from './manager.ts';
import { menuOf } from './menu.ts';
import { nowMs } from './messages.ts';
import { officeName, putMenuUp } from './office.ts';
import { orderIdOf } from './plan.ts';
import { reportOf } from './report-of.ts';
import type { Replayed, ReplayOptions, Stage } from './stage.ts';
import type { Row } from './row-hash.ts';
import { type DeviceHolder, judge } from './verdict.ts';
import { workThrough } from './work.ts';

const auditorName = 'auditor';

export async function replayThrough(
  visit: Visit,
  given: readonly Order[],
  options: ReplayOptions,
  stage: Stage,
): Promise<Replayed> {
  const run = randomUUID().slice(0, 6);
  const called = `Replay ${run}`;
  const manager = await managerOf(visit);
  const { address, ask } = manager;
  const leave = onlyOnce(() =>
    putAway(manager, called).catch((error: unknown) => options.trouble(stillIn(called, error))),
  );
  // Where nobody answers, nobody was let in.
  if (manager.identity === undefined) await ask('GET', '/devices');
  await stage.opened(leave);
  if (!visit.intoLiveStore) await refuseLiveStore(ask, address, given.length);

  const orders = given.map((order) => ({ ...order, id: `${run}-${order.id}` }));
  const prefix = `${run}-`;
  const menu = menuOf(orders, prefix);
  const codeFor = windowsOf(manager, called);
  const office = async () =>
    manager.identity ?? letIn(address, await codeFor('manager', officeName));
  await putMenuUp({ hub: address, menu, letIn: office, opened: stage.opened });
  const { folder, isStopped } = stage;
  const { entries, displays, trouble } = options;
  const events = {
    codeFor,
    trouble,
    begun: (device: { end(): Promise<void> }) => stage.opened(device.end),
  };
  const place = { folder, door: address, hub: address, prefix };
  const crew = await startCrew({ ...place, orders, menu, entries, displays }, events);

  const orderCount = orders.length;
  const nobody = { hub: undefined, proxy: undefined };
  const counts = await workThrough({ orderCount, options, ...nobody, crew, isStopped });
  const endedMs = nowMs();
  const devices = [{ name: auditorName, role: 'manager' }];
  const auditor = await startDevices({ kind: 'display', devices, ...place, window: 1 }, events);
  const all: Crew = { ...crew, everybody: [...crew.everybody, auditor] };
  const amiss = await settle(all);
  if (amiss !== undefined) trouble(amiss);
  const ids = orders.map(({ id }) => orderIdOf(id));
  const isOwn = await ownRows(manager, called, { prefix, ids });
  const holders = (await holdersOf(all)).map((holder) => ownPart(holder, isOwn));
  await Promise.all(all.everybody.map((device) => device.stop()));
  const told = holders.find(({ name }) => name === auditorName);
  if (told === undefined) throw new Error('there is no auditor');
  const verdict = judge(expectedOf(orders), await askDatabase(ask, ids, told), holders);
  const report = reportOf({ verdict, counts, endedMs, folder, crew, decidedAtMs: undefined });
  const devicesLeft = await leave();
  const left = sayLeft(called, devicesLeft, { orders: ids.length, items: menu.items.length });
  return { report, findings: verdict.findings, devices: holders.length, left };
}

async function refuseLiveStore(ask: Ask, address: string, orderCount: number): Promise<void> {
  if (!(await hasOrders(ask))) return;
  const message =
    `The hub at ${address} has orders. A replay would put ${orderCount} more among them: they take numbers and bills,\n` +
    'count in the takings of today, show on the screens of guests, and nobody can take them out again.';
  const fix =
    'Replay into a hub with a new data folder, or add --into-live-store if all of that is welcome.';
  throw new Failure(1, message, fix);
}

/** A page may be empty and still have a next one. */
async function hasOrders(ask: Ask): Promise<boolean> {
  let query = '?limit=1';
  for (;;) {
    const page = (await ask('GET', `/orders${query}`)) as { orders: object[]; next?: number };
    if (page.orders.length > 0) return true;
    if (page.next === undefined) return false;
    query = `?limit=1&after=${page.next}`;
  }
}

type IsOwn = (row: Row) => boolean;

/** What the replay made, and what its devices made that was not asked of them. */
async function ownRows(
  manager: Manager,
  called: string,
  { prefix, ids }: { readonly prefix: string; readonly ids: readonly string[] },
): Promise<IsOwn> {
  const orders = new Set(ids);
  const devices = new Set<unknown>((await devicesOf(manager, called)).map(({ device }) => device));
  const ownItem = itemKey(prefix);
  return ({ key, subject, body }) =>
    orders.has(subject) || key.startsWith(ownItem) || devices.has(body['openedBy']);
}

/** Others may work on the hub as well: of them nothing is judged, nor at which place one stands. */
function ownPart(holder: DeviceHolder, isOwn: IsOwn): DeviceHolder {
  return { ...holder, seq: undefined, rows: holder.rows.filter(isOwn) };
}

function onlyOnce<Answer>(run: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | undefined;
  return () => (running ??= run());
}

function stillIn(called: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `The devices called "${called} …" are still let in: ${why}\nPut them away: npm run -s pos-sync -- retire DEVICE, for each that "devices" lists under that name`;
}

function sayLeft(
  called: string,
  devices: number | void,
  { orders, items }: { readonly orders: number; readonly items: number },
): string {
  const away =
    devices === undefined
      ? ''
      : `The ${devices} devices of this replay, called "${called} …", are put away. `;
  const did = `${orders} orders with their bills, and ${items} things on the menu.`;
  return `${away}What this replay did stays in the hub: ${did}`;
}
