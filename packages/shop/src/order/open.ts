// Opens an order under the number its device gave it.

import type { Mutator } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { countNumber, orderLabel, orderNumberSchema } from '../counter/order-number.ts';
import { orderIdentifier } from '../scalar.ts';
import { getOrder } from './order-row.ts';
import { putOrder } from './totals.ts';

const schema = z.strictObject({ order: orderIdentifier, number: orderNumberSchema });

export const openOrder: Mutator<z.infer<typeof schema>> = {
  name: 'order.open',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const existing = getOrder(rows, args.order);
    if (existing !== undefined) {
      return {
        code: 'ORDER_EXISTS',
        message: `This order was already opened as ${existing.number}.`,
      };
    }
    countNumber(rows, args.number, situation);
    putOrder(rows, args.order, {
      number: orderLabel(args.number),
      state: 'open',
      totalMinor: 0,
      paidMinor: 0,
      round: 0,
      openedDay: situation.day,
      openedMs: situation.hubTimeMs,
      openedBy: situation.device,
      closedDay: null,
      receipt: null,
    });
    return undefined;
  },
};
