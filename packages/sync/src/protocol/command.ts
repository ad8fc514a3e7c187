// What a device asks for. Args stay unread here: one command with bad args must not cost its frame.

import * as z from 'zod/mini';
import { answeredSchema } from './outcome.ts';
import { anyJson, count, identifier, label } from './scalar.ts';

export const commandSchema = z.strictObject({
  /** 1, 2, 3 … per device. */
  n: count.check(z.minimum(1)),
  /** Random. Ids with a colon are the hub's own: made from the act, so that twice is once. */
  id: identifier.check(z.regex(/^[^:]*$/)),
  name: label,
  v: count,
  args: anyJson,
  /** The device's clock in ms: a label. */
  madeAt: z.number(),
  /** The seq its user was looking at. */
  base: count,
  answered: z.optional(answeredSchema),
});
export type Command = z.infer<typeof commandSchema>;
