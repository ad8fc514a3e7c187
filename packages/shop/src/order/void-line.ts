// Takes a line off the bill. The row stays, so that everybody can see what was taken off and why.

import type { Mutator } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { identifier, note, orderIdentifier } from '../scalar.ts';
import { tellKitchenVoid } from '../ticket/tell-kitchen.ts';
import { changedBy, findLine, lineKey } from './line-row.ts';
import { recountLines } from './totals.ts';

const schema = z.strictObject({
  order: orderIdentifier,
  line: identifier,
  reason: z.optional(note),
});

export const voidLine: Mutator<z.infer<typeof schema>> = {
  name: 'order.voidLine',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const { order, line, refusal } = findLine(rows, args.order, args.line);
    if (refusal !== undefined) return refusal;
    // Two waiters who void the same line want the same thing, and have it.
    if (line.state === 'voided') return undefined;
    rows.put(lineKey(args.order, args.line), args.order, {
      ...line,
      state: 'voided',
      reason: args.reason ?? null,
      changed: changedBy(situation),
    });
    recountLines(rows, args.order, order);
    if (line.state === 'sent') {
      tellKitchenVoid(rows, { ...args, row: line, number: order.number }, situation);
    }
    return undefined;
  },
};
