// The hub is about to close this socket on purpose.

import * as z from 'zod/mini';
import { count } from '../scalar.ts';

export const byeSchema = z.strictObject({
  type: z.literal('bye'),
  code: z.enum([
    'STOPPING',
    'NEW_EPOCH',
    'REPLACED',
    'ROLE_CHANGED',
    'RETIRED',
    'REVOKED',
    'BAD_FRAME',
  ]),
  message: z.string(),
  retryMs: count,
});
export type Bye = z.infer<typeof byeSchema>;
