// A replay through a hub of its own, which it kills as often as it likes, and whose database it reads
// at the end. This page is the order of events.

import path from 'node:path';

import { openPairingWindow } from '../hub-door.ts';
import type { Order } from '../orders/order.ts';
import { settle, startCrew } from './crew.ts';
import { readDatabase } from './database.ts';
import { expectedOf } from './expected.ts';
import { holdersOf } from './holders.ts';
import { startHub } from './hub-process.ts';
import { letIn } from './letting-in.ts';
import { menuOf } from './menu.ts';
import { nowMs } from './messages.ts';
import { officeName, putMenuUp } from './office.ts';
import { orderIdOf } from './plan.ts';
import { openProxy } from './proxy.ts';
import { reportOf } from './report-of.ts';
import type { Replayed, ReplayOptions, Stage } from './stage.ts';
import { judge } from './verdict.ts';
import { workThrough } from './work.ts';

export async function replayAlone(
  orders: readonly Order[],
  options: ReplayOptions,
  stage: Stage,
): Promise<Replayed> {
  const { folder, isStopped } = stage;
  const hub = await startHub(path.join(folder, 'hub'));
  await stage.opened(hub.stop);
  const proxy = options.chaosSeed === undefined ? undefined : await openProxy(() => hub.port);
  if (proxy !== undefined) await stage.opened(proxy.close);
  const codeFor = async (role: string, name: string): Promise<string> =>
    (await openPairingWindow(hub, { role, name })).code;
  const menu = menuOf(orders);
  const office = async () => letIn(hub.address, await codeFor('manager', officeName));
  await putMenuUp({ hub: hub.address, menu, letIn: office, opened: stage.opened });
  const address = proxy === undefined ? hub.address : `http://127.0.0.1:${proxy.port}`;
  const { entries, displays, trouble } = options;
  const place = { folder, door: hub.address, hub: address, prefix: '' };
  const crewOptions = { ...place, orders, menu, entries, displays };
  const crew = await startCrew(crewOptions, {
    codeFor,
    trouble,
    begun: (device) => stage.opened(device.end),
  });

  const counts = await workThrough({
    orderCount: orders.length,
    options,
    hub,
    proxy,
    crew,
    isStopped,
  });
  const endedMs = nowMs();
  await hub.kill();
  await hub.restart();
  const amiss = await settle(crew);
  if (amiss !== undefined) trouble(amiss);
  const holders = await holdersOf(crew);
  await Promise.all(crew.everybody.map((device) => device.stop()));
  await hub.stop();
  const database = readDatabase(
    hub.dataFolder,
    orders.map(({ id }) => orderIdOf(id)),
  );
  const verdict = judge(expectedOf(orders), database, holders);
  // One more for the last restart, after which the verdict is made.
  const all = { ...counts, hubKills: counts.hubKills + 1 };
  const { decidedAtMs } = database;
  const report = reportOf({ verdict, counts: all, endedMs, folder, decidedAtMs, crew });
  return { report, findings: verdict.findings, devices: holders.length };
}
