// A hub with paired, live devices on it: what every measurement of ours stands on.

import { type HubProcess, type HubStart, startHub } from '../hub/hub-process.ts';
import { type BenchDevice, pairDevices } from '../hub/pairing.ts';
import { withScratch } from '../hub/scratch.ts';
import type { Copy } from './copy.ts';
import { enter, type Entry } from './entry.ts';
import { fillMenu } from './order.ts';
import { Tellings } from './tellings.ts';
import { watch, type Watching } from './watcher.ts';

export interface Floor {
  readonly hub: HubProcess;
  readonly tellings: Tellings;
  /** Place orders. Managers, because only they may give all ten commands. */
  readonly entries: readonly Entry[];
  /** Watch. Managers too: the view with the most rows in it. */
  readonly displays: readonly Watching[];
  /** Paired and not connected: asks the hub for everything at the end. */
  readonly auditor: BenchDevice;
}

export interface FloorPlan {
  readonly entries: number;
  readonly displays: number;
  readonly nodeFlags?: readonly string[];
  /** Settings of the hub. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Opens a floor on a scratch folder, and takes it down whatever happens. */
export function withFloor<T>(plan: FloorPlan, use: (floor: Floor) => Promise<T>): Promise<T> {
  return withScratch(async (folder) => {
    const { nodeFlags = [], environment = {} } = plan;
    const start: HubStart = { folder, nodeFlags, environment };
    const hub = await startHub(start);
    try {
      const floor = await openFloor(hub, plan);
      const result = await use(floor);
      for (const { link } of [...floor.entries, ...floor.displays]) link.close();
      return result;
    } finally {
      await hub.stop();
    }
  });
}

async function openFloor(hub: HubProcess, plan: FloorPlan): Promise<Floor> {
  const count = plan.entries + plan.displays + 2;
  const devices = await pairDevices(hub, 'manager', count);
  const [auditor, office, ...others] = devices;
  if (auditor === undefined || office === undefined) throw new Error('nobody was paired');
  const manager = await enter(hub.port, office, new Tellings());
  await fillMenu(manager.give);
  manager.link.close();
  const tellings = new Tellings();
  const displays: Watching[] = [];
  for (const device of others.slice(plan.entries)) {
    displays.push(await watch(hub.port, device, tellings));
  }
  const entries: Entry[] = [];
  for (const device of others.slice(0, plan.entries)) {
    entries.push(await enter(hub.port, device, tellings));
  }
  return { hub, tellings, entries, displays, auditor };
}

/** The hub's rows, as a device gets them that comes without any. */
export async function askForAll({ hub, auditor }: Floor): Promise<Copy> {
  const { watcher, link } = await watch(hub.port, auditor, new Tellings());
  link.close();
  return watcher.copy();
}

/** Waits until `isSo`, looking every 10 ms; false when that did not come to pass in time. */
export async function until(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadlineMs) return false;
    await pause(10);
  }
  return true;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
