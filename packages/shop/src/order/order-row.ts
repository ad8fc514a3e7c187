// One order: its number, whether it is open, and what the hub counted. Lines and payments are rows
// of their own with the order as their subject, so that two waiters at one table never collide.

import type { Refusal, Rows } from '@pos-sync/sync';

export type OrderRow = {
  /** What people call it: `B17`. A label, never a key. */
  readonly number: string;
  readonly state: 'open' | 'closed';
  /** Recounted from the lines at every change. */
  readonly totalMinor: number;
  /** Recounted from the payments at every change. */
  readonly paidMinor: number;
  /** How often something was sent. */
  readonly round: number;
  readonly openedDay: string;
  /** Hub time; a label for "open for 20 minutes". */
  readonly openedMs: number;
  readonly openedBy: string;
  readonly closedDay: string | null;
  /** Gap-free, given by the hub; null while open, and on a device until the hub has answered. */
  readonly receipt: number | null;
};

export type Found =
  | { readonly order: OrderRow; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly order?: undefined };

export function orderKey(order: string): string {
  return `order/${order}`;
}

/** Asks for the archive before it concludes that there is no such order. */
export function getOrder(rows: Rows, id: string): OrderRow | undefined {
  const order = rows.get(orderKey(id)) as OrderRow | undefined;
  if (order === undefined) rows.require(id);
  return order;
}

/** The order if its bill may still change, or the sentence why it may not. */
export function findOpenOrder(rows: Rows, id: string): Found {
  const order = getOrder(rows, id);
  if (order === undefined) return { refusal: orderUnknown };
  return order.state === 'open' ? { order } : { refusal: orderClosed(order) };
}

export const orderUnknown: Refusal = {
  code: 'ORDER_UNKNOWN',
  message: 'This order is not known here. Look whether the tablet that opened it is connected.',
};

function orderClosed(order: OrderRow): Refusal {
  return {
    code: 'ORDER_CLOSED',
    message: `${order.number} is already closed. Open a new order for anything that comes now.`,
  };
}
