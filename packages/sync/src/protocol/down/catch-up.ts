// A delta or a whole view in parts. Applied whole, when the end has come, or not at all.

import * as z from 'zod/mini';
import { atSchema, count, lastNSchema, rowKey, rowSchema } from '../scalar.ts';

export const catchUpBeginSchema = z.strictObject({
  type: z.literal('catchUpBegin'),
  /** Tells the parts of one catch-up from those of another. */
  id: count,
  /** `snapshot` replaces every row of the device; `delta` goes on from `from`. */
  kind: z.enum(['delta', 'snapshot']),
  from: count,
  parts: count,
});
export const catchUpPartSchema = z.strictObject({
  type: z.literal('catchUpPart'),
  id: count,
  part: count,
  puts: z.array(rowSchema),
  removed: z.array(rowKey),
});
export const catchUpEndSchema = z.strictObject({
  type: z.literal('catchUpEnd'),
  id: count,
  /** Read together with the rows. */
  at: atSchema,
  lastN: lastNSchema,
});
export type CatchUpBegin = z.infer<typeof catchUpBeginSchema>;
export type CatchUpPart = z.infer<typeof catchUpPartSchema>;
export type CatchUpEnd = z.infer<typeof catchUpEndSchema>;
