// What an order comes to. Nothing is ever added onto an older total: each change counts every line
// and every payment again, so that no order of commands can make a bill drift.

import type { Rows } from '@pos-sync/sync';
import { sumMinor, timesMinor } from '../money.ts';
import { paymentKey, type PaymentRow } from '../payment/payment-row.ts';
import { lineKey, type LineRow } from './line-row.ts';
import { orderKey, type OrderRow } from './order-row.ts';

type CountedLine = Pick<LineRow, 'quantity' | 'unitMinor' | 'state'>;

/** In minor units; voided lines do not count. Throws RangeError past 2^53. */
export function orderTotal(lines: Iterable<CountedLine>): number {
  return sumMinor(amounts(lines));
}

/** In minor units. Throws RangeError past 2^53. */
export function paidTotal(payments: Iterable<Pick<PaymentRow, 'amountMinor'>>): number {
  return sumMinor(Array.from(payments, (payment) => payment.amountMinor));
}

/** Puts the order with both totals counted again, and gives back what it put. */
export function putOrder(rows: Rows, id: string, order: OrderRow): OrderRow {
  const lines: LineRow[] = [];
  const payments: PaymentRow[] = [];
  const linePrefix = lineKey(id, '');
  const paymentPrefix = paymentKey(id, '');
  for (const key of rows.keys(id)) {
    if (key.startsWith(linePrefix)) lines.push(rows.get(key) as LineRow);
    else if (key.startsWith(paymentPrefix)) payments.push(rows.get(key) as PaymentRow);
  }
  const counted = { ...order, totalMinor: orderTotal(lines), paidMinor: paidTotal(payments) };
  rows.put(orderKey(id), id, counted);
  return counted;
}

/** The same after a line changed: a bill that fell below what is paid owes the guest money. */
export function recountLines(rows: Rows, id: string, order: OrderRow): void {
  const counted = putOrder(rows, id, order);
  const wasOver = order.paidMinor > order.totalMinor;
  if (!wasOver && counted.paidMinor > counted.totalMinor) flagOverpaid(rows, order.number);
}

export function flagOverpaid(rows: Rows, number: string): void {
  rows.flag(
    'OVERPAID',
    `${number} is paid with more than it comes to. Give the guest the rest back.`,
  );
}

function* amounts(lines: Iterable<CountedLine>): Iterable<number> {
  for (const line of lines) {
    if (line.state !== 'voided') yield timesMinor(line.quantity, line.unitMinor);
  }
}
