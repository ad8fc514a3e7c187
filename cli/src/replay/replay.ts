// `pos-sync replay`: a hub of its own, real devices in processes of their own, the orders of a file,
// bad luck if asked for, and a verdict that believes only rows. This page is the order of events.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Failure } from '../failure.ts';
import { openPairingWindow } from '../hub-door.ts';
import type { Order } from '../orders/order.ts';
import type { ChaosCounts } from './chaos.ts';
import { type Crew, settle, startCrew } from './crew.ts';
import { type ReadDatabase, readDatabase } from './database.ts';
import { shop } from './device.ts';
import { expectedOf } from './expected.ts';
import { startHub } from './hub-process.ts';
import { countResent, submitToDisplay } from './measure.ts';
import { menuOf } from './menu.ts';
import { type Holdings, nowMs } from './messages.ts';
import { putMenuUp } from './office.ts';
import { orderIdOf } from './plan.ts';
import { openProxy } from './proxy.ts';
import { type Report, rounded } from './report.ts';
import { makeFolder } from './scratch-folder.ts';
import { readTrace } from './traces.ts';
import { type DeviceHolder, judge, type Verdict } from './verdict.ts';
import { type WorkOptions, workThrough } from './work.ts';

export interface ReplayOptions extends WorkOptions {
  readonly entries: number;
  readonly displays: number;
  /** Where everything is kept; undefined for a scratch folder that goes at the end. */
  readonly keep: string | undefined;
}

export interface Replayed {
  readonly report: Report;
  readonly findings: readonly string[];
  /** How many devices took part. */
  readonly devices: number;
}

export async function replay(orders: readonly Order[], options: ReplayOptions): Promise<Replayed> {
  const { folder, clear } = makeFolder(options.keep);
  const closing: (() => Promise<unknown>)[] = [];
  let isOver = false;
  const stopped = onceStopped();
  const opened = async (close: () => Promise<unknown>): Promise<void> => {
    if (isOver) await close();
    else closing.push(close);
  };
  try {
    const stage = { folder, opened, isStopped: stopped.isStopped };
    return await Promise.race([run(orders, options, stage), stopped.promise]);
  } finally {
    isOver = true;
    stopped.forget();
    for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
    clear();
  }
}

interface Stage {
  readonly folder: string;
  /** Takes down what has to be closed at the end; it is closed at once when the end was before. */
  opened(close: () => Promise<unknown>): Promise<void>;
  isStopped(): boolean;
}

async function run(
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
  await putMenuUp({ door: hub.address, menu, codeFor, opened: stage.opened });
  const address = proxy === undefined ? hub.address : `http://127.0.0.1:${proxy.port}`;
  const { entries, displays, trouble } = options;
  const crewOptions = { folder, door: hub.address, hub: address, orders, menu, entries, displays };
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
  const report = reportOf({ verdict, counts, endedMs, folder, database, crew });
  return { report, findings: verdict.findings, devices: holders.length };
}

async function holdersOf(crew: Crew): Promise<DeviceHolder[]> {
  const asked = crew.everybody.map((device) => device.ask<string[]>({ type: 'holdings' }));
  const files = (await Promise.all(asked)).flat();
  return files.map((file) => {
    const { name, role, epoch, seq, rows } = JSON.parse(readFileSync(file, 'utf8')) as Holdings;
    const viewName = shop.viewOf(role) ?? '';
    const view = shop.views.get(viewName);
    if (view === undefined) throw new Error(`the role ${role} has no view`);
    return { name, epoch, seq, rows, viewName, view } as DeviceHolder;
  });
}

interface Ending {
  readonly verdict: Verdict;
  readonly counts: ChaosCounts;
  readonly endedMs: number;
  readonly folder: string;
  readonly database: ReadDatabase;
  readonly crew: Crew;
}

function reportOf({ verdict, counts, endedMs, folder, database, crew }: Ending): Report {
  const workers = ['kitchen', ...crew.entries.map(({ name }) => name)];
  const sent = workers.flatMap((name) => readTrace(folder, name, 'sent'));
  const asked = crew.entries.flatMap(({ name }) => readTrace(folder, name, 'asked'));
  const shown = crew.everybody.flatMap(({ name }) => readTrace(folder, name, 'shown'));
  const startedMs = asked.reduce((first, { atMs }) => Math.min(first, atMs), endedMs - 1);
  const { orders, lines, totalMinor, lost, duplicated, divergentDevices } = verdict;
  return {
    orders,
    lines,
    totalMinor,
    lost,
    duplicated,
    divergentDevices,
    // One more for the last restart, after which the verdict is made.
    hubRestarts: counts.hubKills + 1,
    killsWithUnanswered: counts.killsWithUnanswered,
    cuts: counts.cuts,
    deviceRestarts: counts.deviceRestarts,
    ...countResent(sent, (id) => database.decidedAtMs(id)),
    ordersPerSecond: rounded((orders * 1_000) / (endedMs - startedMs)),
    submitToDisplayMs: submitToDisplay(asked, shown),
  };
}

/** Ctrl+C must not leave a hub and its devices behind. */
function onceStopped() {
  const { promise, reject } = Promise.withResolvers<never>();
  let wasStopped = false;
  const stop = (): void => {
    wasStopped = true;
    reject(new Failure(1, 'The replay was stopped.', 'Nothing of it is left; start it again.'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  promise.catch(() => undefined);
  const forget = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  return { promise, forget, isStopped: () => wasStopped };
}
