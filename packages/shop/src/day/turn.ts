// What leaves the tablets when the business day turns: orders that were closed on an earlier day,
// with all that hangs on them, and money that never found its order. Open orders go on.

import { kindOf, type Row } from '@pos-sync/sync';
import { counterSubject } from '../counter/order-number.ts';
import { menuSubject } from '../menu/item-row.ts';
import { orderKey, type OrderRow } from '../order/order-row.ts';
import type { PaymentRow } from '../payment/payment-row.ts';

/** Whether the rows of `subject` leave at the turn to `day`. */
export function leavesAtTurn(subject: string, rows: readonly Row[], day: string): boolean {
  if (subject === menuSubject || subject === counterSubject) return false;
  const key = orderKey(subject);
  const order = rows.find((row) => row.key === key)?.body as OrderRow | undefined;
  if (order !== undefined) return order.state === 'closed' && order.closedDay !== day;
  // Without an order there is nothing to go on with: what the engine settled leaves, money of this
  // very day stays in sight until its own turn.
  return rows.every((row) => !isPayment(row) || (row.body as PaymentRow).day !== day);
}

function isPayment(row: Row): boolean {
  return kindOf(row.key) === 'payment';
}
