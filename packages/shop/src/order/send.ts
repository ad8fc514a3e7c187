// Sends to the stations what was not sent yet. A closed order may be sent too: its lines are paid
// for, and when one waiter closes while another sends, the guest still gets the food.

import type { Mutator } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { orderIdentifier } from '../scalar.ts';
import { tellKitchenSent, type SentLine } from '../ticket/tell-kitchen.ts';
import { lineKey, type LineRow, linesOf } from './line-row.ts';
import { getOrder, orderKey, orderUnknown } from './order-row.ts';

const schema = z.strictObject({ order: orderIdentifier });

export const sendOrder: Mutator<z.infer<typeof schema>> = {
  name: 'order.send',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const order = getOrder(rows, args.order);
    if (order === undefined) return orderUnknown;
    const sent: SentLine[] = [];
    for (const [id, row] of linesOf(rows, args.order)) {
      if (row.state !== 'added') continue;
      const sentRow: LineRow = { ...row, state: 'sent' };
      rows.put(lineKey(args.order, id), args.order, sentRow);
      sent.push({ line: id, row: sentRow });
    }
    // Two waiters who both press send want the same thing, and have it.
    if (sent.length === 0) return undefined;
    rows.put(orderKey(args.order), args.order, { ...order, round: order.round + 1 });
    tellKitchenSent(rows, { order: args.order, number: order.number }, sent, situation);
    return undefined;
  },
};
