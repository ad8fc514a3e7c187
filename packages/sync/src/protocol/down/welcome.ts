// The hello was accepted: where history stands and how this device will be brought up to it.

import * as z from 'zod/mini';
import { atSchema, count, label } from '../scalar.ts';

const limitsSchema = z.strictObject({
  frameBytesMax: count,
  commandBytesMax: count,
  commandsPerSecond: count,
  commandsInFlightMax: count,
});

/** A code for programs, a sentence for a person. */
const keptOutSchema = z.strictObject({ code: z.enum(['RETIRED', 'REVOKED']), message: z.string() });
export type KeptOut = z.infer<typeof keptOutSchema>;

export const welcomeSchema = z.strictObject({
  type: z.literal('welcome'),
  protocol: count,
  head: atSchema,
  /** The highest `n` of this device decided without a hole. */
  lastN: count,
  hubTimeMs: z.number(),
  addresses: z.array(label),
  /** Name and projection of the view that this device is told: what its rows will be of. */
  view: label,
  projection: label,
  /** What this device may do and is called, by the hub’s table: others than it was paired with, perhaps. */
  role: label,
  name: label,
  letter: label,
  /** A manager put this device away or shut it out: it may deliver, and is told nothing. */
  keptOut: z.optional(keptOutSchema),
  limits: limitsSchema,
  /** `live`: nothing was missed. `pushOnly`: may deliver, is told nothing. */
  mode: z.enum(['live', 'delta', 'snapshot', 'pushOnly']),
  /** The hub lost history: offer the journal again from above this `n`. */
  restoredTo: z.optional(count),
  /** The rows of the hello are of an epoch that ended: the hub kept of it what lies up to this seq. */
  keptTo: z.optional(count),
  /** The rows of the hello are not of the present epoch: rows above this seq were told after the loss. */
  newFrom: z.optional(count),
});
export type Welcome = z.infer<typeof welcomeSchema>;
