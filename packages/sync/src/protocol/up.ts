// Everything a device may send. Nothing else is parsed.

import * as z from 'zod/mini';
import { helloSchema } from './up/hello.ts';
import { pingSchema } from './up/ping.ts';
import { pushSchema } from './up/push.ts';
import { seenSchema } from './up/seen.ts';

export const upSchema = z.discriminatedUnion('type', [
  helloSchema,
  pushSchema,
  seenSchema,
  pingSchema,
]);
export type Up = z.infer<typeof upSchema>;
