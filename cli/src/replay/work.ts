// The evening itself: orders are let in, and where bad luck was asked for it strikes, until every
// order is through.

import { Failure } from '../failure.ts';
import { type ChaosCounts, makeChaos, planFaults } from './chaos.ts';
import type { Crew } from './crew.ts';
import type { HubProcess } from './hub-process.ts';
import { nowMs } from './messages.ts';
import type { Proxy } from './proxy.ts';
import { randomFrom } from './random.ts';

export interface WorkOptions {
  /** Undefined for a replay without bad luck. */
  readonly chaosSeed: number | undefined;
  progress(finishedOrders: number): void;
  /** Something went otherwise than planned; the verdict says whether it did harm. */
  trouble(message: string): void;
}

export interface Scene {
  readonly orderCount: number;
  readonly options: WorkOptions;
  /** Both undefined in a hub that is not the replay's own. */
  readonly hub: HubProcess | undefined;
  readonly proxy: Proxy | undefined;
  readonly crew: Crew;
  /** Somebody pressed Ctrl+C. */
  isStopped(): boolean;
}

const lookEveryMs = 20;
/** Then what is not there by now never comes, and the verdict says what it is. */
const stuckAfterMs = 60_000;

/** Settles when every order is through and all bad luck has happened. */
export async function workThrough(scene: Scene): Promise<ChaosCounts> {
  const { orderCount, options, hub, proxy, crew } = scene;
  const counts = { hubKills: 0, killsWithUnanswered: 0, cuts: 0, deviceRestarts: 0 };
  const finishedOrders = (): number =>
    crew.entries.reduce((sum, device) => sum + device.finished(), 0);
  let best = 0;
  let movedMs = performance.now();
  let isStuck = false;
  const isOver = (): boolean => isStuck || scene.isStopped() || finishedOrders() >= orderCount;
  const work = (async () => {
    while (!isOver()) {
      const finished = finishedOrders();
      options.progress(finished);
      if (finished > best) movedMs = performance.now();
      best = Math.max(best, finished);
      isStuck = performance.now() - movedMs > stuckAfterMs;
      const gone = crew.everybody.find((device) => device.isGone());
      if (gone !== undefined) throw lostDevice(gone.name);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    if (isStuck)
      options.trouble(`No order was finished for ${stuckAfterMs / 1000} seconds: giving up.`);
  })();
  const { entries } = crew;
  const extra = new Map(entries.map((device) => [device, 0]));
  const allow = (count: number): void => {
    const share = Math.ceil(count / entries.length);
    for (const [device, more] of extra) device.allow(share + more);
  };
  const allowMore = (name: string | undefined): void => {
    const leastDone = entries.toSorted((one, other) => one.finished() - other.finished())[0];
    const device = entries.find((one) => one.name === name) ?? leastDone;
    if (device !== undefined) extra.set(device, (extra.get(device) ?? 0) + 1);
  };
  if (options.chaosSeed === undefined || proxy === undefined || hub === undefined) {
    allow(orderCount + entries.length);
    await work;
    return counts;
  }
  const random = randomFrom(options.chaosSeed);
  const names = entries.map((device) => device.name);
  const victims = {
    finishedOrders,
    isOver,
    allow,
    allowMore,
    killHub: () => killHub(hub, crew),
    cut: () => proxy.cut(random),
    killDevice: (name: string) => killDevice(crew, name),
  };
  const [left] = await Promise.all([
    makeChaos(planFaults(orderCount, names, random), victims, counts),
    work,
  ]);
  if (left.length > 0 && !scene.isStopped()) {
    options.trouble(`${left.length} faults found no moment before the orders were through.`);
  }
  return counts;
}

function lostDevice(name: string): Failure {
  const fix = 'Run the replay again with --keep DIR and report what it says.';
  return new Failure(1, `The device process ${name} ended by itself.`, fix);
}

/** Kills it while somebody waits for an outcome, and asks afterwards how many really did. */
async function killHub(hub: HubProcess, crew: Crew): Promise<number | undefined> {
  const isWaiting = (): boolean => crew.entries.some((device) => device.unanswered() > 0);
  if (!(await becomes(isWaiting))) return undefined;
  const killedMs = nowMs();
  await hub.kill();
  const asked = crew.everybody.map((device) =>
    device.ask<number>({ type: 'unanswered', savedBeforeMs: killedMs }),
  );
  const unanswered = await Promise.all(asked);
  await hub.restart();
  return unanswered.reduce((sum, count) => sum + count, 0);
}

async function killDevice(crew: Crew, name: string): Promise<number | undefined> {
  const device = crew.entries.find((entry) => entry.name === name);
  if (device === undefined) return undefined;
  if (!(await becomes(() => device.unanswered() > 0))) return undefined;
  await device.kill();
  return device.restart();
}

const patienceMs = 500;

/** Whether it came true within a moment. */
async function becomes(isSo: () => boolean): Promise<boolean> {
  const untilMs = performance.now() + patienceMs;
  while (!isSo() && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return isSo();
}
