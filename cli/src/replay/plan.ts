// What a waiter's device does with one order, read from what the device shows of it. Ids come from
// the file and not from chance, and the next step from the rows and not from memory: a device that
// was killed at any moment goes on where its storage says, and makes nothing a second time.

import { createHash } from 'node:crypto';

import {
  lineKey,
  orderKey,
  type OrderRow,
  paymentKey,
  ticketIdOf,
  ticketKey,
  type TicketRow,
} from '@pos-sync/shop';

import type { Order } from '../orders/order.ts';
import { type Ask, ask, type AskedLine, paymentId } from './commands.ts';
import type { Menu } from './menu.ts';

export interface PlannedOrder {
  readonly order: string;
  readonly lines: readonly AskedLine[];
  readonly stations: readonly string[];
  readonly totalMinor: number;
}

/** What a device shows, own unanswered commands included. */
export interface Shown {
  body(key: string): unknown;
  /** Whether a command of this device on that order has no outcome yet. */
  isPending(order: string): boolean;
  /** The number this device gives to its next order. */
  nextNumber(): { readonly letter: string; readonly count: number };
}

export function planOf(order: Order, menu: Menu): PlannedOrder {
  const items = order.lines.map((line) => menu.itemOf(line));
  const lines = order.lines.map((line, index): AskedLine => {
    const { item, choices } = items[index] ?? menu.itemOf(line);
    return {
      line: String(index + 1),
      item,
      quantity: line.quantity,
      choices: line.choices.map((name) => choices.get(name) ?? name),
      unitMinor: line.unitMinor,
    };
  });
  const totalMinor = order.lines.reduce((sum, one) => sum + one.quantity * one.unitMinor, 0);
  const stations = [...new Set(items.map((item) => item.station))].toSorted();
  return { order: orderIdOf(order.id), lines, stations, totalMinor };
}

/** The file's own id where it can be one of the shop's, else a hash of it. */
export function orderIdOf(id: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(id)) return `o${id}`;
  return `h${createHash('sha256').update(id).digest('base64url').slice(0, 22)}`;
}

/**
 * The next command, `wait` until rows or outcomes come, or `done`. The kitchen is in between: paying
 * waits until every ticket was bumped. Bills are closed at the total the hub counted, which the
 * row shows when nothing is pending on the order.
 */
export function nextStep(planned: PlannedOrder, shown: Shown): Ask | 'wait' | 'done' {
  const { order, lines, stations } = planned;
  const row = shown.body(orderKey(order)) as OrderRow | undefined;
  if (row === undefined) {
    // A device shows what it asked for at once, but never what it cannot know for certain.
    if (shown.isPending(order)) return 'wait';
    const { letter, count } = shown.nextNumber();
    return ask.openOrder(order, letter, count);
  }
  if (row.state === 'closed') return shown.isPending(order) ? 'wait' : 'done';
  const missing = lines.find(({ line }) => shown.body(lineKey(order, line)) === undefined);
  if (missing !== undefined) return ask.addLine(order, missing);
  if (row.round === 0) return ask.sendOrder(order);
  if (!stations.every((station) => isBumped(shown, order, station))) return 'wait';
  if (shown.isPending(order)) return 'wait';
  const isPaid = shown.body(paymentKey(order, paymentId)) !== undefined;
  if (!isPaid && row.totalMinor > 0) return ask.takePayment(order, row.totalMinor);
  return ask.closeOrder(order, row.totalMinor);
}

function isBumped(shown: Shown, order: string, station: string): boolean {
  const ticket = shown.body(ticketKey(ticketIdOf(order, station))) as TicketRow | undefined;
  return ticket?.state === 'bumped';
}
