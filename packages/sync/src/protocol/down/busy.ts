// Nothing was recorded; try again after a while. Never an outcome.

import * as z from 'zod/mini';
import { count, label } from '../scalar.ts';

export const busySchema = z.strictObject({
  type: z.literal('busy'),
  code: label,
  message: z.string(),
  retryMs: count,
});
export type Busy = z.infer<typeof busySchema>;
