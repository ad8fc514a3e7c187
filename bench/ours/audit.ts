// Did the work really happen? Every order that was answered must lie in the hub's rows, closed and
// paid, and every device must hold exactly those rows. Outcomes and counts are not believed.

import { nodeHash } from '@pos-sync/local-server';
import {
  lineKey,
  type LineRow,
  orderKey,
  type OrderRow,
  paymentKey,
  ticketKey,
  type TicketRow,
} from '@pos-sync/shop';
import { type Row, rowsHash } from '@pos-sync/sync';

import { type Copy, hashOf } from './copy.ts';
import { askForAll, type Floor } from './floor.ts';
import { rowsPerOrder, totalMinor } from './order.ts';
import type { Arrival, Watcher } from './watcher.ts';

export interface Audit {
  /** Rows that orders should have left and the hub does not have so. */
  readonly missingInHub: number;
  /** Rows a device lacks or holds in another state, over all devices. */
  readonly missingInDevices: number;
}

export async function audit(floor: Floor): Promise<Audit> {
  const rows = await askForAll(floor);
  const orders = floor.entries.flatMap((entry) => entry.orders);
  const hash = hashOf(rows);
  let missingInDevices = 0;
  for (const { watcher } of [...floor.entries, ...floor.displays]) {
    if (watcher.hash() !== hash) missingInDevices += Math.max(1, missing(rows, watcher));
  }
  const missingInHub = orders.reduce((sum, order) => sum + missingOf(rows, order), 0);
  return { missingInHub, missingInDevices };
}

function missing(rows: Copy, watcher: Watcher): number {
  const held = watcher.copy();
  let count = 0;
  for (const [key, row] of rows.rows) if (!isSame(held.rows.get(key), row)) count += 1;
  for (const key of held.rows.keys()) if (!rows.rows.has(key)) count += 1;
  return count;
}

function isSame(held: Row | undefined, row: Row): boolean {
  return held !== undefined && rowsHash(nodeHash, [held]) === rowsHash(nodeHash, [row]);
}

function missingOf({ rows }: Copy, order: string): number {
  const body = <T>(key: string): T | undefined => rows.get(key)?.body as T | undefined;
  const bill = body<OrderRow>(orderKey(order));
  const isPaid = bill?.totalMinor === totalMinor && bill.paidMinor === totalMinor;
  const lines = ['l1', 'l2', 'l3'].map((line) => body<LineRow>(lineKey(order, line)));
  const found = [
    isPaid && bill.state === 'closed' && bill.receipt !== null,
    ...lines.map((line) => line?.state === 'sent'),
    body<TicketRow>(ticketKey(`${order}.grill`))?.state === 'bumped',
    body(paymentKey(order, 'p1')) !== undefined,
  ];
  return rowsPerOrder - found.filter(Boolean).length;
}

/** When each of `seqs` (rising) had arrived at a device; undefined where it never did. */
export function arrivalsOf(
  arrivals: readonly Arrival[],
  seqs: readonly number[],
): (number | undefined)[] {
  let index = 0;
  return seqs.map((seq) => {
    while ((arrivals[index]?.seq ?? Infinity) < seq) index += 1;
    return arrivals[index]?.atMs;
  });
}
