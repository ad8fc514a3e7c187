// Stored and drawn on a visible page, up to `seq`, by a screen that shows these stations.

import * as z from 'zod/mini';
import { count, epochSchema, label } from '../scalar.ts';

export const seenSchema = z.strictObject({
  type: z.literal('seen'),
  epoch: epochSchema,
  seq: count,
  stations: z.array(label).check(z.maxLength(64)),
});
export type SeenMessage = z.infer<typeof seenSchema>;
