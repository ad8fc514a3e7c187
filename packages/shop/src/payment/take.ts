// The fact that money was taken. It is never refused and never dropped: what is strange about it is
// written on it and raised to people.

import type { Mutator, Rows, Situation } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { getOrder } from '../order/order-row.ts';
import { flagOverpaid, putOrder } from '../order/totals.ts';
import { identifier, orderIdentifier, paymentMinor } from '../scalar.ts';
import { type PaymentFlag, paymentKey, type PaymentRow } from './payment-row.ts';

const schema = z.strictObject({
  payment: identifier,
  order: orderIdentifier,
  tender: z.literal('cash'),
  amountMinor: paymentMinor,
  givenMinor: z.optional(paymentMinor),
});
type Args = z.infer<typeof schema>;

export const takePayment: Mutator<Args> = {
  name: 'payment.take',
  v: 1,
  kind: 'fact',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const order = getOrder(rows, args.order);
    const number = order?.number ?? 'an order that is not known here';
    const existing = rows.get(paymentKey(args.order, args.payment)) as PaymentRow | undefined;
    if (existing !== undefined) {
      reportAgain(rows, existing, args, number);
      return;
    }
    const flags: PaymentFlag[] = [];
    if (order === undefined) {
      flags.push('unknownOrder');
      rows.flag('PAYMENT_UNKNOWN_ORDER', 'Money was taken for an order that is not known here.');
      put(rows, args, flags, situation);
      return;
    }
    if (order.state === 'closed') {
      flags.push('afterClose');
      rows.flag('PAYMENT_AFTER_CLOSE', `Money was taken for ${number} after it was closed.`);
    }
    if (order.paidMinor + args.amountMinor > order.totalMinor) {
      flags.push('overpaid');
      flagOverpaid(rows, number);
    }
    put(rows, args, flags, situation);
    putOrder(rows, args.order, order);
  },
};

function put(rows: Rows, args: Args, flags: readonly PaymentFlag[], situation: Situation): void {
  const payment: PaymentRow = {
    order: args.order,
    tender: args.tender,
    amountMinor: args.amountMinor,
    givenMinor: args.givenMinor ?? null,
    takenBy: situation.device,
    day: situation.day,
    flags,
  };
  rows.put(paymentKey(args.order, args.payment), args.order, payment);
}

/** The same payment id is the same money, however often it is told; the first telling counts. */
function reportAgain(rows: Rows, existing: PaymentRow, args: Args, number: string): void {
  if (existing.amountMinor === args.amountMinor) return;
  rows.flag(
    'PAYMENT_TWICE',
    `A payment for ${number} was told with two amounts. The first is counted; check the till.`,
  );
}
