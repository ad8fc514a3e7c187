// Closes the bill, once, at the total the waiter saw. Whatever landed meanwhile stops it.

import type { Mutator, Refusal, Rows, Situation } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { orderIdentifier, totalMinor } from '../scalar.ts';
import { type LineRow, linesOf } from './line-row.ts';
import { findOpenOrder, type OrderRow } from './order-row.ts';
import { putOrder } from './totals.ts';

const schema = z.strictObject({ order: orderIdentifier, expectedTotalMinor: totalMinor });
const landedLinesMax = 5;

export const closeOrder: Mutator<z.infer<typeof schema>> = {
  name: 'order.close',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const { order, refusal } = findOpenOrder(rows, args.order);
    if (refusal !== undefined) return refusal;
    if (order.totalMinor !== args.expectedTotalMinor) {
      return totalChanged(rows, args.order, order, situation);
    }
    const closed = putOrder(rows, args.order, {
      ...order,
      state: 'closed',
      closedDay: situation.day,
      receipt: situation.takeReceipt() ?? null,
    });
    if (closed.paidMinor < closed.totalMinor) {
      rows.flag('CLOSED_UNPAID', `${order.number} was closed before it was paid in full.`);
    }
    return undefined;
  },
};

function totalChanged(rows: Rows, id: string, order: OrderRow, situation: Situation): Refusal {
  const landed = [...linesOf(rows, id).values()].filter((line) => hasLanded(line, situation));
  const named = landed.slice(0, landedLinesMax).map(sayLine);
  if (landed.length > named.length) named.push(`${landed.length - named.length} more`);
  const what =
    named.length === 0
      ? 'comes to another total than your screen showed'
      : `has changed since you looked: ${named.join(', ')}`;
  return {
    code: 'TOTAL_CHANGED',
    message: `${order.number} ${what}. Look at the bill and close it again.`,
  };
}

function hasLanded({ changed }: LineRow, { base, device }: Situation): boolean {
  return changed.seq > base && changed.device !== device;
}

function sayLine(line: LineRow): string {
  return line.state === 'voided'
    ? `${line.name} was voided`
    : `now ${line.quantity} × ${line.name}`;
}
