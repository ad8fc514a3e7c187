// The first frame of the hub: who it is, and the nonce that the hello has to sign.

import * as z from 'zod/mini';
import { count, identifier, label } from '../scalar.ts';

export const challengeSchema = z.strictObject({
  type: z.literal('challenge'),
  nonce: label,
  hub: identifier,
  store: identifier,
  protocol: z.strictObject({ floor: count, version: count }),
});
export type Challenge = z.infer<typeof challengeSchema>;
