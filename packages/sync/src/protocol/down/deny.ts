// The hello was refused. The device keeps outbox, journal and rows, always.

import * as z from 'zod/mini';
import { count, identifier, label } from '../scalar.ts';

export const denySchema = z.strictObject({
  type: z.literal('deny'),
  code: z.enum(['OTHER_STORE', 'UNKNOWN_DEVICE', 'BAD_SIGNATURE', 'CLONE', 'TOO_OLD']),
  /** A sentence for a person. */
  message: z.string(),
  retryMs: z.optional(count),
  /** For a clone: who it is from now on. */
  identity: z.optional(z.strictObject({ device: identifier, letter: label })),
});
export type Deny = z.infer<typeof denySchema>;
