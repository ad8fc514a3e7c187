// Everything the hub may send. Nothing else is parsed.

import * as z from 'zod/mini';
import { busySchema } from './down/busy.ts';
import { byeSchema } from './down/bye.ts';
import { catchUpBeginSchema, catchUpEndSchema, catchUpPartSchema } from './down/catch-up.ts';
import { challengeSchema } from './down/challenge.ts';
import { changesSchema } from './down/changes.ts';
import { denySchema } from './down/deny.ts';
import { gapSchema } from './down/gap.ts';
import { heartbeatSchema, pongSchema } from './down/heartbeat.ts';
import { outcomesSchema } from './down/outcomes.ts';
import { welcomeSchema } from './down/welcome.ts';

export const downSchema = z.discriminatedUnion('type', [
  challengeSchema,
  welcomeSchema,
  denySchema,
  outcomesSchema,
  gapSchema,
  busySchema,
  changesSchema,
  catchUpBeginSchema,
  catchUpPartSchema,
  catchUpEndSchema,
  heartbeatSchema,
  pongSchema,
  byeSchema,
]);
export type Down = z.infer<typeof downSchema>;
