// Rows put and removed, from one seq to another. Puts are states, so an overlap does no harm.

import * as z from 'zod/mini';
import { atSchema, count, lastNSchema, rowKey, rowSchema } from '../scalar.ts';

export const changesSchema = z.strictObject({
  type: z.literal('changes'),
  from: count,
  at: atSchema,
  puts: z.array(rowSchema),
  removed: z.array(rowKey),
  /** Of the devices whose commands are in here. */
  lastN: lastNSchema,
});
export type Changes = z.infer<typeof changesSchema>;
