// What was decided, sent when it is durable and never before.

import * as z from 'zod/mini';
import { decidedSchema } from '../outcome.ts';
import { atSchema } from '../scalar.ts';

export const outcomesSchema = z.strictObject({
  type: z.literal('outcomes'),
  at: atSchema,
  outcomes: z.array(decidedSchema),
});
export type Outcomes = z.infer<typeof outcomesSchema>;
