// What must be there when everything went well, straight from the file: the replay's devices have no
// part in it.

import type { Order } from '../orders/order.ts';
import { orderIdOf } from './plan.ts';

export interface ExpectedOrder {
  readonly order: string;
  readonly totalMinor: number;
  /** Each line as one text, sorted; equal lines stand as often as they were ordered. */
  readonly lines: readonly string[];
  /** The same without the price, as a kitchen sees them. */
  readonly made: readonly string[];
}

export interface FileTotals {
  readonly orders: number;
  readonly lines: number;
  readonly totalMinor: number;
}

export interface SoldLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
  readonly choices: readonly string[];
}

export function expectedOf(orders: readonly Order[]): readonly ExpectedOrder[] {
  return orders.map(({ id, lines }) => ({
    order: orderIdOf(id),
    totalMinor: lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0),
    lines: lines.map(sayLine).toSorted(),
    made: lines.map(sayMade).toSorted(),
  }));
}

export function totalsOf(orders: readonly Order[]): FileTotals {
  const expected = expectedOf(orders);
  return {
    orders: expected.length,
    lines: expected.reduce((sum, { lines }) => sum + lines.length, 0),
    totalMinor: expected.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
  };
}

export function sayLine(line: SoldLine): string {
  return `${sayMade(line)} at ${line.unitMinor}`;
}

export function sayMade({ name, quantity, choices }: Omit<SoldLine, 'unitMinor'>): string {
  return `${quantity} × ${JSON.stringify([name, ...choices])}`;
}
