// The shop's commands as the replay gives them: the one place that knows their names.

import type { MenuItem } from './menu.ts';
import { menuVersion } from './menu.ts';

/** What is asked of the hub; the id is made when it is given. */
export interface Ask {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface AskedLine {
  readonly line: string;
  readonly item: string;
  readonly quantity: number;
  /** Choice ids. */
  readonly choices: readonly string[];
  readonly unitMinor: number;
}

export const ask = {
  putItem({ item, name, station, priceMinor, choices }: MenuItem): Ask {
    const offered: Record<string, { name: string; priceMinor: number }> = {};
    for (const [choice, id] of choices) offered[id] = { name: choice, priceMinor: 0 };
    const price = { version: menuVersion, priceMinor, choices: offered };
    return { name: 'menu.put', args: { item, name, station, ...price } };
  },
  openOrder: (order: string, letter: string, count: number): Ask => ({
    name: 'order.open',
    args: { order, number: { letter, count } },
  }),
  addLine: (order: string, { unitMinor, ...line }: AskedLine): Ask => ({
    name: 'order.addLine',
    args: { order, ...line, version: menuVersion, shownMinor: unitMinor },
  }),
  sendOrder: (order: string): Ask => ({ name: 'order.send', args: { order } }),
  takePayment: (order: string, amountMinor: number): Ask => ({
    name: 'payment.take',
    args: { order, payment: paymentId, tender: 'cash', amountMinor },
  }),
  closeOrder: (order: string, expectedTotalMinor: number): Ask => ({
    name: 'order.close',
    args: { order, expectedTotalMinor },
  }),
  markTicket: (mark: 'start' | 'ready' | 'bump', ticket: string, round: number): Ask => ({
    name: `ticket.${mark}`,
    args: { ticket, round },
  }),
};

/** Every order is paid once, so that a payment that is there twice cannot hide behind another id. */
export const paymentId = 'p1';
