// Finds what must never be stored in what people type: the number of a card, the stripe of one, its
// security code. However it is spelled; and without taking a phone or an order number for a card.

import { isCardNumber } from './schemes.ts';

export type CardData = 'number' | 'track' | 'code';

/** Digits, and what people put between those of one number. */
const run = /\d(?:[ ./_-]*\d)+/g;
/** Numbers that stand together, whatever signs are between them. */
const row = /\d+(?:(?:[ ./_-]+|[^\p{L}\d]{1,3})\d+)*/gu;
/** Whatever else than a space, a dash and the like is between two numbers of a row. */
const listGap = /[^ ./_-]/;
const trackDigitsMin = 12;
const runDigitsMin = 13;
const runDigitsMax = 19;
/** International, E.164, at most 15 digits. No card begins with a plus. */
const phone = /\+\d(?:[ ./_-]*\d){6,14}(?![ ./_-]*\d)/g;
/** How numbers are printed on cards, and how people shorten that when they type. */
const groupings = ['4-4-4-4', '4-4-4-4-3', '4-6-5', '4-6-4', '4-4-5', '8-8', '6-10'].map(
  (grouping) => grouping.split('-').map(Number),
);
const track = /%[ab](?: ?\d){12,19}\^|;(?: ?\d){12,19}=/i;
const code = /(?<!\p{L})(?:cv[vc]2?|cid|security[ -]{0,3}code)[^\p{L}\d]{0,5}\d{3,4}(?!\d)/iu;
const codeWord = /cv[vc]|cid|security/i;

/** What of a card stands in `text`, if anything. */
export function cardNumberIn(text: string): CardData | undefined {
  if (isPlain(text)) return undefined;
  const read = asRead(text);
  if (track.test(read)) return 'track';
  const withoutPhones = read.replaceAll(phone, 'phone');
  for (const [spelled] of withoutPhones.matchAll(run)) if (isNumber(spelled)) return 'number';
  for (const [spelled] of withoutPhones.matchAll(row)) if (isPrintedIn(spelled)) return 'number';
  return code.test(read) ? 'code' : undefined;
}

/** Likewise of an id; letters of one made at random may spell `cvv`. */
export function cardNumberInId(id: string): CardData | undefined {
  return cardNumberIn(id) === 'number' ? 'number' : undefined;
}

/** Whether a glance tells that no card data stands in `text`; most texts are so short and simple. */
export function isPlain(text: string): boolean {
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const place = text.charCodeAt(index);
    if (place < 0x20 || place > 0x7e) return false;
    if (place >= 0x30 && place <= 0x39) digits += 1;
  }
  return digits < trackDigitsMin && !codeWord.test(text);
}

/** As a person reads it: without what cannot be seen, one kind of digit, dash and space. */
function asRead(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Z}]/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Cc}\p{M}]/gu, '')
    .replaceAll(/[\p{Pd}\u2212]/gu, '-')
    .replaceAll(/[\u2044\u2215]/g, '/')
    .replaceAll(/(?!\d)\p{Nd}/gu, asciiDigit);
}

/** The digits of a script stand in a row, from zero on. */
function asciiDigit(digit: string): string {
  const place = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(place - value - 1))) value += 1;
  return String(value);
}

/** A run is taken whole: any long number holds digits in a row that could be a card's. */
function isNumber(spelled: string): boolean {
  const groups = spelled.split(/\D+/);
  const digits = groups.join('');
  if (digits.length < runDigitsMin) return false;
  if (digits.length <= runDigitsMax && isCardNumber(digits)) return true;
  return groups.some((group) => group.length >= runDigitsMin && isCardNumber(group));
}

/**
 * What stands beside a number, a table or the date it ends, is told apart by how cards are printed.
 * Four amounts of four digits each may look like one; a fifth shows that they are a list. Phone
 * numbers of eight digits look like half of one each, but people leave more than a sign between.
 */
function isPrintedIn(spelled: string): boolean {
  const groups = spelled.split(/\D+/);
  const gaps = spelled.split(/\d+/);
  const isListed = (at: number, next: number): boolean =>
    groups[at]?.length === groups[next]?.length && listGap.test(gaps[Math.max(at, next)] ?? '');
  return groups.some((_, start) =>
    groupings.some((lengths) => {
      const end = start + lengths.length;
      const isPrinted = lengths.every((length, at) => groups[start + at]?.length === length);
      const isTwoPhones = lengths.length === 2 && gaps[start + 1]?.length !== 1;
      if (!isPrinted || isTwoPhones) return false;
      if (isListed(start, start - 1) || isListed(end - 1, end)) return false;
      return isCardNumber(groups.slice(start, end).join(''));
    }),
  );
}
