// The small shapes that the args of commands are made of, with the limits a shop never reaches and
// a broken program does.

import * as z from 'zod/mini';

export const quantityMax = 999;
export const choicesMax = 64;
const priceMinorMax = 1_000_000_000;
const paymentMinorMax = 1_000_000_000_000;
const noteLengthMax = 200;

/**
 * An id made on a device. No dot: keys such as `line/<order>.<line>` are put together with one, and
 * must come apart in one way only. `__proto__` would name no field but an object's prototype.
 */
export const identifier = z.string().check(z.regex(/^(?!__proto__$)[\w:-]{1,64}$/));
/**
 * An order's id. It is also its rows' subject, so it must not be spelled like a subject that the
 * shop or the engine uses for something else.
 */
export const orderIdentifier = z
  .string()
  .check(z.regex(/^(?!(__proto__|menu|counter|device|unread)$|attention)[\w:-]{1,64}$/));
export const station = z.string().check(z.regex(/^[a-z0-9-]{1,16}$/));
/** A ticket's id: its order and its station. */
export const ticketIdentifier = z
  .string()
  .check(z.regex(/^(?!__proto__\.)[\w:-]{1,64}\.[a-z0-9-]{1,16}$/));
export const shownName = z.string().check(z.minLength(1), z.maxLength(128));
export const note = z.string().check(z.maxLength(noteLengthMax));
export const priceMinor = z.int().check(z.minimum(0), z.maximum(priceMinorMax));
/** An item with all its choices. */
export const unitMinor = z.int().check(z.minimum(0), z.maximum(priceMinorMax * (choicesMax + 1)));
export const totalMinor = z.int().check(z.minimum(0));
export const paymentMinor = z.int().check(z.minimum(1), z.maximum(paymentMinorMax));
export const quantity = z.int().check(z.minimum(1), z.maximum(quantityMax));
/** 1, 2, 3 …: a round, a revision, a number's count. */
export const ordinal = z.int().check(z.minimum(1), z.maximum(999_999));
