// Commands in the order of their `n`, at most a frame full.

import * as z from 'zod/mini';
import { commandSchema } from '../command.ts';

export const pushSchema = z.strictObject({
  type: z.literal('push'),
  commands: z.array(commandSchema),
});
