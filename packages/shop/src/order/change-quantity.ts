// Changes how many of a line there are, by a difference: two waiters who each add one add two.

import type { Mutator } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { identifier, orderIdentifier, quantityMax } from '../scalar.ts';
import { tellKitchenLess, tellKitchenMore } from '../ticket/tell-kitchen.ts';
import { changedBy, findLine, lineKey } from './line-row.ts';
import { recountLines } from './totals.ts';

const schema = z.strictObject({
  order: orderIdentifier,
  line: identifier,
  by: z.int(`must be a whole number from -${quantityMax} to ${quantityMax}, and not 0`).check(
    z.minimum(-quantityMax),
    z.maximum(quantityMax),
    z.refine((by) => by !== 0),
  ),
});

export const changeQuantity: Mutator<z.infer<typeof schema>> = {
  name: 'order.changeQuantity',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const { order, line, refusal } = findLine(rows, args.order, args.line);
    if (refusal !== undefined) return refusal;
    const what = `${line.name} on ${order.number}`;
    if (line.state === 'voided') {
      return { code: 'LINE_VOIDED', message: `${what} was voided. Add it again as a new line.` };
    }
    const quantity = line.quantity + args.by;
    if (quantity < 1) {
      const message = `There are only ${line.quantity} × ${what}. Void the line to take all away.`;
      return { code: 'QUANTITY_TOO_LOW', message };
    }
    if (quantity > quantityMax) {
      const message = `A line holds at most ${quantityMax}: add the rest of ${what} as a new line.`;
      return { code: 'QUANTITY_TOO_HIGH', message };
    }
    const changed = { ...line, quantity, changed: changedBy(situation) };
    rows.put(lineKey(args.order, args.line), args.order, changed);
    recountLines(rows, args.order, order);
    if (line.state === 'sent') {
      const tell = args.by > 0 ? tellKitchenMore : tellKitchenLess;
      tell(rows, { ...args, row: line, number: order.number }, Math.abs(args.by), situation);
    }
    return undefined;
  },
};
