// The first frame of a device, and the way to ask for catch-up later on the same socket.

import * as z from 'zod/mini';
import { atSchema, count, identifier, label } from '../scalar.ts';

/** A device that was a copy of another: the other's key speaks for its new one. */
export const vouchSchema = z.strictObject({
  former: identifier,
  publicKey: label,
  /** Ed25519 by the former key over `vouchText`. */
  signature: label,
});
export type Vouch = z.infer<typeof vouchSchema>;

export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: count,
  build: label,
  device: identifier,
  store: identifier,
  view: label,
  projection: label,
  /** Random per page load: tells two copies of one identity apart. */
  run: identifier,
  /** What the device's confirmed rows stand at; absent when it has none. */
  at: z.optional(atSchema),
  lastN: count,
  /** The highest `n` that this device has an outcome for. */
  answered: count,
  /** The lowest `n` that this device still holds, in outbox or journal. */
  lowest: count.check(z.minimum(1)),
  /** The highest `at` it ever saw. */
  proof: z.optional(atSchema),
  vouch: z.optional(vouchSchema),
  /** By a device that was told `UNKNOWN_DEVICE` and asks to be let in: its key, and what it was called. */
  publicKey: z.optional(label),
  name: z.optional(label),
  letter: z.optional(label),
  /** Ed25519 over `helloText`. */
  signature: label,
});
export type Hello = z.infer<typeof helloSchema>;

/** The text a hello signs: the nonce makes it worthless to anyone who overhears it. */
export function helloText(nonce: string, hub: string, store: string, device: string): string {
  return ['pos-sync hello', nonce, hub, store, device].join('\n');
}

/** The text with which a former identity vouches for the new one of its copy. */
export function vouchText(store: string, former: string, device: string, key: string): string {
  return ['pos-sync vouch', store, former, device, key].join('\n');
}
