// The small shapes that messages are made of.

import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import { textLengthMax } from './limits.ts';

/** A whole number from 0 on that JSON carries exactly. */
export const count = z.int().check(z.minimum(0));
/** A device, command, store or hub id: letters, digits and `._:-`, at most 64. */
export const identifier = z.string().check(z.regex(/^[\w.:-]{1,64}$/));
export const label = z.string().check(z.maxLength(textLengthMax));
export const rowKey = z.string().check(z.minLength(1), z.maxLength(textLengthMax));
/** Any JSON value: depth and fitness are checked per command, so that one bad one stays alone. */
export const anyJson = z.custom<Json>((value) => value !== undefined);
const jsonObject = z.record(z.string(), anyJson);

export const epochSchema = z.strictObject({ number: count, id: identifier });
/** A place in one history: `stamp` is an HMAC by the hub over the other three. */
export const atSchema = z.strictObject({
  epoch: epochSchema,
  seq: count,
  chain: label,
  stamp: label,
});
export type At = z.infer<typeof atSchema>;

export const rowSchema = z.strictObject({
  key: rowKey,
  subject: rowKey,
  seq: count,
  body: jsonObject,
});
/** The highest `n` decided without a hole, per device. */
export const lastNSchema = z.record(identifier, count);
