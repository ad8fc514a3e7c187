// A sign of life, unasked (`heartbeat`) or asked for (`pong`). For a live device it also says up to
// where everything was written to this socket.

import * as z from 'zod/mini';
import { atSchema, count } from '../scalar.ts';

const life = {
  hubTimeMs: z.number(),
  /** Absent while the device is behind or catching up. */
  at: z.optional(atSchema),
  lastN: z.optional(count),
  /** The seq of the last telling written to this socket: a device below it has missed one. */
  told: z.optional(count),
  /** Journal entries up to here are on another medium too. */
  safeN: count,
};

export const heartbeatSchema = z.strictObject({ type: z.literal('heartbeat'), ...life });
export const pongSchema = z.strictObject({ type: z.literal('pong'), ...life });
export type Heartbeat = z.infer<typeof heartbeatSchema>;
export type Pong = z.infer<typeof pongSchema>;
