// The orders of the shop, newest first: found in the log by the command that opened them, so that ten
// years of them cost no more than the page that is asked for.

import { orderLabel, type OrderNumber } from '@pos-sync/shop';
import type { LogEntry } from '@pos-sync/sync';

import {
  backwards,
  type CommittedStore,
  decidedOn,
  fieldsOf,
  type LoggedCommand,
  orderOf,
  readCommand,
  readsMax,
} from './command-log.ts';
import { type Present, stretchOf } from './days.ts';
import { readOrders, type ShownOrder } from './rows.ts';

export interface Wanted {
  /** The business day it was opened on. */
  readonly day?: string;
  /** `B17` */
  readonly number?: string;
  /** That opened it. */
  readonly device?: string;
  /** The `next` of the page before. */
  readonly after?: number;
  readonly limit: number;
}

export interface OrderPage {
  readonly orders: readonly (ShownOrder & { readonly openedAt: number })[];
  /** Where to go on; absent at the end. A page with a `next` may hold few orders, or none. */
  readonly next?: number;
}

export async function listOrders(
  store: CommittedStore,
  present: Present,
  wanted: Wanted,
): Promise<OrderPage> {
  const { day, after, limit } = wanted;
  const all = day === undefined ? { after: 0, upTo: present.seq } : stretchOf(store, present, day);
  const upTo = Math.min(all.upTo, after === undefined ? Infinity : after - 1);
  const stretch = { after: Math.max(all.after, upTo - readsMax), upTo };
  const orders: OrderPage['orders'][number][] = [];
  for await (const entries of backwards(store, stretch)) {
    for (const entry of entries) {
      const order = openedBy(store, entry, wanted);
      if (order === undefined) continue;
      orders.push(order);
      if (orders.length === limit) return { orders, next: entry.seq };
    }
  }
  return { orders, ...(stretch.after > all.after && { next: stretch.after + 1 }) };
}

function openedBy(store: CommittedStore, entry: LogEntry, { day, number, device }: Wanted) {
  const opening = openingIn(store, entry);
  const id = opening && orderOf(opening);
  if (opening === undefined || id === undefined) return undefined;
  if (device !== undefined && opening.device !== device) return undefined;
  if (number !== undefined && labelOf(opening) !== number) return undefined;
  const order = readOrders(store, [id])[0]?.order;
  if (order === undefined || (day !== undefined && order.openedDay !== day)) return undefined;
  return { ...order, openedAt: entry.seq };
}

/** The command by which an order was opened here: this very one, or one that a person let now. */
function openingIn(store: CommittedStore, entry: LogEntry): LoggedCommand | undefined {
  const { body } = entry;
  if (!body.includes('"order.open"') && !body.includes('"deferred.decide"')) return undefined;
  const command = readCommand(entry);
  if (command === undefined) return undefined;
  const { name, decision } = command;
  if (decision.outcome !== 'ok' || decision.repeats === true) return undefined;
  if (name === 'order.open') return command;
  const id = decidedOn(command);
  if (id === undefined) return undefined;
  const { entries, settled } = store.find({ ids: [id] });
  const isLet = settled.some((one) => one.seq === entry.seq && isOk(one.decision));
  const [waiting] = entries.map(readCommand);
  return isLet && waiting?.name === 'order.open' ? waiting : undefined;
}

function isOk(decision: string): boolean {
  return (JSON.parse(decision) as { readonly outcome: string }).outcome === 'ok';
}

function labelOf({ args }: LoggedCommand): string | undefined {
  const { number } = fieldsOf(args);
  return number ? orderLabel(number as OrderNumber) : undefined;
}
