// When the replay hurts whom. The seed decides victims and moments, a moment being "when so many
// orders are finished"; what exactly is under way then is up to the machine.

import type { Random } from './random.ts';

export type Fault =
  | { readonly type: 'killHub' }
  | { readonly type: 'cut' }
  | { readonly type: 'killDevice'; readonly device: string };

export interface PlannedFault {
  /** Strikes once so many orders are finished. */
  readonly afterOrders: number;
  readonly fault: Fault;
}

export interface ChaosCounts {
  hubKills: number;
  killsWithUnanswered: number;
  cuts: number;
  deviceRestarts: number;
}

export interface Victims {
  finishedOrders(): number;
  isOver(): boolean;
  /** Lets so many orders be begun in all. */
  allow(orders: number): void;
  /** Lets one more order be begun on this device, or on any. */
  allowMore(device: string | undefined): void;
  cut(): boolean;
  /**
   * Kills the hub and starts it again; how many commands it left without an outcome. Undefined when
   * nobody waited for an outcome and so nothing was killed.
   */
  killHub(): Promise<number | undefined>;
  /** The same for a device: how many commands without an outcome it found in its storage. */
  killDevice(device: string): Promise<number | undefined>;
}

const ordersPerHubKill = 150;
const cutsWanted = 30;
const killsPerDevice = 2;
/** Towards the end too little is under way to be interrupted. */
const lastPart = 0.85;
const lookEveryMs = 5;
/** Orders under way beyond those that the next fault waits for. */
const ordersAhead = 8;

export function planFaults(
  orderCount: number,
  entries: readonly string[],
  random: Random,
): readonly PlannedFault[] {
  const within = Math.max(1, Math.floor(orderCount * lastPart));
  const spread = (count: number, fault: Fault): PlannedFault[] =>
    Array.from({ length: count }, (_, index) => {
      const from = Math.floor((within * index) / count);
      const to = Math.floor((within * (index + 1)) / count);
      return { afterOrders: from + random.below(Math.max(1, to - from)), fault };
    });
  return [
    ...spread(Math.ceil(orderCount / ordersPerHubKill), { type: 'killHub' }),
    ...spread(cutsWanted, { type: 'cut' }),
    ...entries.flatMap((device) => spread(killsPerDevice, { type: 'killDevice', device })),
  ].toSorted((one, other) => one.afterOrders - other.afterOrders);
}

/**
 * Carries the plan out until all of it has happened or the orders are through; orders are let in only
 * as far as the next fault needs, so that none of them comes too late. A kill that found nothing
 * under way is not the one that was wanted: it comes again, with a little more under way. Returns
 * what found no moment.
 */
export async function makeChaos(
  plan: readonly PlannedFault[],
  victims: Victims,
  counts: ChaosCounts,
): Promise<readonly PlannedFault[]> {
  let left = [...plan];
  while (left.length > 0 && !victims.isOver()) {
    const waitsFor = Math.min(...left.map(({ afterOrders }) => afterOrders));
    victims.allow(waitsFor + ordersAhead);
    const later: PlannedFault[] = [];
    for (const planned of left) {
      const isDue = planned.afterOrders <= victims.finishedOrders() && !victims.isOver();
      if (!isDue || !(await strike(planned.fault, victims, counts))) later.push(planned);
    }
    left = later;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  victims.allow(Number.MAX_SAFE_INTEGER);
  return left;
}

/** Whether it hit what it was meant to hit. */
async function strike(fault: Fault, victims: Victims, counts: ChaosCounts): Promise<boolean> {
  switch (fault.type) {
    case 'cut': {
      const hit = victims.cut();
      if (hit) counts.cuts += 1;
      return hit;
    }
    case 'killHub': {
      const unanswered = await victims.killHub();
      if (unanswered === undefined) {
        victims.allowMore(undefined);
        return false;
      }
      counts.hubKills += 1;
      if (unanswered > 0) counts.killsWithUnanswered += 1;
      return unanswered > 0;
    }
    case 'killDevice': {
      const unanswered = await victims.killDevice(fault.device);
      if (unanswered === undefined) {
        victims.allowMore(fault.device);
        return false;
      }
      counts.deviceRestarts += 1;
      return unanswered > 0;
    }
  }
}
