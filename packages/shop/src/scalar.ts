// The small shapes that the args of commands are made of, with the limits a shop never reaches and
// a broken program does, and what each says of itself to whoever does not keep to them.

import * as z from 'zod/mini';
import { freeText } from './free-text.ts';

export const quantityMax = 999;
export const choicesMax = 64;
const priceMinorMax = 1_000_000_000;
const paymentMinorMax = 1_000_000_000_000;
const nameLengthMax = 128;
const noteLengthMax = 200;
const minorUnits = 'a whole number of minor units';

const idLetters = '1 to 64 letters, digits, "-", "_" or ":"';

/**
 * An id made on a device. No dot: keys such as `line/<order>.<line>` are put together with one, and
 * must come apart in one way only. `__proto__` would name no field but an object's prototype.
 */
export const identifier = z
  .string(`must be an id: ${idLetters}`)
  .check(z.regex(/^(?!__proto__$)[\w:-]{1,64}$/));
/**
 * An order's id. It is also its rows' subject, so it must not be spelled like a subject that the
 * shop or the engine uses for something else.
 */
export const orderIdentifier = z
  .string(`must be an order's id: ${idLetters}, and not a word such as "menu" or "counter"`)
  .check(z.regex(/^(?!(__proto__|menu|counter|device|unread)$|attention)[\w:-]{1,64}$/));
/** Given by the hub, with a dot where it likes one. */
export const deviceIdentifier = z
  .string('must be the id of a device, as the hub gave it')
  .check(z.regex(/^(?!__proto__$)[\w.:-]{1,64}$/));
export const station = z
  .string('must be a station: 1 to 16 small letters, digits or "-", such as "kitchen"')
  .check(z.regex(/^[a-z0-9-]{1,16}$/));
/** A ticket's id: its order and its station. */
export const ticketIdentifier = z
  .string('must be a ticket\'s id: its order\'s id, a dot and its station, such as "o1.kitchen"')
  .check(z.regex(/^(?!__proto__\.)[\w:-]{1,64}\.[a-z0-9-]{1,16}$/));
export const shownName = freeText(1, nameLengthMax);
export const note = freeText(0, noteLengthMax);
export const priceMinor = wholeNumber(0, priceMinorMax, minorUnits);
/** An item with all its choices. */
export const unitMinor = wholeNumber(0, priceMinorMax * (choicesMax + 1), minorUnits);
export const totalMinor = wholeNumber(0, Number.MAX_SAFE_INTEGER, minorUnits);
export const paymentMinor = wholeNumber(1, paymentMinorMax, minorUnits);
export const quantity = wholeNumber(1, quantityMax);
/** 1, 2, 3 …: a round, a revision, a number's count. */
export const ordinal = wholeNumber(1, 999_999);

function wholeNumber(from: number, to: number, what = 'a whole number') {
  return z.int(`must be ${what} from ${from} to ${to}`).check(z.minimum(from), z.maximum(to));
}
