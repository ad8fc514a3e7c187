// What the hub decided about one command. `ok` and `rejected` are final, `deferred` is settled later.

import * as z from 'zod/mini';
import { count, epochSchema, identifier, label } from './scalar.ts';

export const outcomeSchema = z.enum(['ok', 'rejected', 'deferred']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** An outcome and what the hub added to the command. */
export const decidedSchema = z.strictObject({
  n: count,
  id: identifier,
  /** The seq under which it was decided, or settled. */
  seq: count,
  outcome: outcomeSchema,
  code: z.optional(label),
  message: z.optional(z.string()),
  hubTimeMs: z.number(),
  day: label,
  receipt: z.optional(count),
});
export type Decided = z.infer<typeof decidedSchema>;

/** A journal entry's first decision, sent along when a device offers the command again. */
export const answeredSchema = z.strictObject({
  epoch: epochSchema,
  seq: count,
  outcome: outcomeSchema,
  code: z.optional(label),
  message: z.optional(z.string()),
  hubTimeMs: z.number(),
  day: label,
  receipt: z.optional(count),
});
export type Answered = z.infer<typeof answeredSchema>;
