// Everybody who takes part in a replay beside the hub: waiters' devices in a process each, the
// kitchen, the guests' screen, and the displays that look on, several to a process.

import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Order } from '../orders/order.ts';
import { type DeviceEvents, type DeviceProcess, startDevices } from './device-process.ts';
import type { Menu } from './menu.ts';
import type { DeviceSettings, DeviceWanted } from './messages.ts';
import { type PlannedOrder, planOf } from './plan.ts';
import { comeToRest, type Standing } from './standing.ts';

export interface CrewOptions {
  readonly folder: string;
  readonly door: string;
  readonly hub: string;
  readonly orders: readonly Order[];
  readonly menu: Menu;
  /** That of the menu. */
  readonly prefix: string;
  readonly entries: number;
  readonly displays: number;
}

export interface Crew {
  readonly entries: readonly DeviceProcess[];
  readonly everybody: readonly DeviceProcess[];
}

const displaysPerProcess = 16;
/** Each asks for one pairing window after the other, of which the hub has 16 open at most. */
const startedAtOnce = 8;
const windowMax = 12;
/** Few orders must not all be under way at once: a replay has a middle, too. */
const windowsPerEntry = 6;
const settleWithinMs = 60_000;

/** Settles when all are connected; nobody orders anything before the first `allow`. */
export async function startCrew(options: CrewOptions, events: DeviceEvents): Promise<Crew> {
  const { folder, door, hub, prefix } = options;
  const start = (
    kind: DeviceSettings['kind'],
    devices: readonly DeviceWanted[],
    more: { window?: number; plan?: string } = {},
  ): Promise<DeviceProcess> => {
    const settings = { kind, devices, door, hub, folder, prefix, window: 1, ...more };
    return startDevices(settings, events);
  };
  const guests: DeviceWanted = { name: 'guests', role: 'guest' };
  const displays = Array.from({ length: options.displays }, (_, index): DeviceWanted => ({
    name: `display-${index + 1}`,
    role: 'manager',
  }));
  const lookers = [...displays, guests];
  const starts = [() => start('kitchen', [{ name: 'kitchen', role: 'kitchen' }])];
  for (let from = 0; from < lookers.length; from += displaysPerProcess) {
    starts.push(() => start('display', lookers.slice(from, from + displaysPerProcess)));
  }
  for (const [index, share] of sharesOf(options).entries()) {
    const name = `entry-${index + 1}`;
    const plan = path.join(folder, `${name}.plan.json`);
    writeFileSync(plan, JSON.stringify(share));
    const window = Math.min(windowMax, Math.ceil(share.length / windowsPerEntry));
    starts.push(() => start('entry', [{ name, role: 'entry' }], { window, plan }));
  }
  const everybody: DeviceProcess[] = [];
  while (starts.length > 0) {
    const some = starts.splice(0, startedAtOnce).map((startOne) => startOne());
    everybody.push(...(await Promise.all(some)));
  }
  return { entries: everybody.filter(({ kind }) => kind === 'entry'), everybody };
}

/** Orders go round, as guests sit down at one waiter's table and then at the next one's. */
function sharesOf({ orders, menu, entries }: CrewOptions): PlannedOrder[][] {
  const shares = Array.from({ length: entries }, (): PlannedOrder[] => []);
  for (const [index, order] of orders.entries()) {
    shares[index % entries]?.push(planOf(order, menu));
  }
  return shares;
}

/**
 * Waits until every device has everything and is asked for nothing. Returns what is still amiss after
 * a minute; the verdict then says what it means.
 */
export async function settle(crew: Crew): Promise<string | undefined> {
  const ask = async (): Promise<Standing[]> => {
    const asked = crew.everybody.map((device) => device.ask<Standing[]>({ type: 'standings' }));
    return (await Promise.all(asked)).flat();
  };
  const amiss = await comeToRest(ask, settleWithinMs);
  return amiss === undefined ? undefined : `Not everybody came to rest within a minute: ${amiss}.`;
}
