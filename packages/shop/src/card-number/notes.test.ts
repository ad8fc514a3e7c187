// What people really write into notes holds many digits and no card. Some of it cannot be told from a
// card, so these tests say how often each kind of note is refused for nothing, at most.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardNumberIn } from './card-number.ts';

const runs = 5_000;
const tenDigits = Array.from({ length: 10 }, (_, value) => String(value));
const digit = fc.constantFrom(...tenDigits);
const whole = (min: number, max: number) => fc.integer({ min, max });
const twoDigits = (max: number) => whole(0, max).map((value) => String(value).padStart(2, '0'));
const digits = (length: number) =>
  fc.array(digit, { minLength: length, maxLength: length }).map((all) => all.join(''));
const note = (...parts: readonly (string | fc.Arbitrary<string | number>)[]) =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
const comma = fc.constantFrom(', ', ',', ' + ', '; ', ' / ', ' | ', '+');
const listOf = (items: fc.Arbitrary<string | number>, minLength: number, maxLength: number) =>
  fc
    .tuple(fc.array(items, { minLength, maxLength }), comma)
    .map(([all, separator]) => all.join(separator));

const time = fc.oneof(note(twoDigits(23), ':', twoDigits(59)), note(twoDigits(23), twoDigits(59)));
const date = fc.oneof(
  note(twoDigits(28), '.', twoDigits(12), '.', whole(2024, 2032)),
  note(whole(2024, 2032), '-', twoDigits(12), '-', twoDigits(28)),
  note(whole(2024, 2032), twoDigits(12), twoDigits(28)),
);
const phone = fc.oneof(
  note('0', digits(3), ' ', digits(7)),
  note('0', digits(2), '/', digits(8)),
  note('(', whole(2, 9), digits(2), ') ', digits(3), '-', digits(4)),
);
const phoneAbroad = fc.oneof(
  note('+', whole(1, 99), ' ', digits(10)),
  note('+', whole(1, 99), ' (', whole(1, 9), digits(2), ') ', digits(3), '-', digits(4)),
);

/** What is in the note, and the largest share of such notes that may be refused for nothing. */
const kinds: readonly (readonly [string, number, fc.Arbitrary<string>])[] = [
  ['a phone number, when and where', 0, note('table ', whole(1, 60), ', ', phone, ' at ', time)],
  ['phone numbers with a plus', 0, listOf(phoneAbroad, 1, 3)],
  ['order numbers', 0, listOf(note(fc.constantFrom('A', 'B', 'AC'), whole(1, 300)), 1, 12)],
  ['long order numbers', 0, listOf(note('20', digits(6), '-', digits(4)), 1, 4)],
  ['a date, a table, guests', 0, note(date, ', table ', whole(1, 60), ', ', whole(1, 20))],
  ['years', 0, listOf(whole(1990, 2030), 4, 8)],
  ['amounts with thousands', 0, listOf(note(whole(1, 20), ',', digits(3), '.', digits(2)), 2, 6)],
  ['two phone numbers', 0.003, listOf(phone, 2, 2)],
  ['quantities', 0.003, listOf(whole(1, 12), 6, 20)],
  ['prices', 0.003, listOf(note(whole(1, 90), '.', digits(2)), 3, 8)],
  ['times', 0.003, listOf(time, 3, 6)],
  ['dates with times', 0.01, note(date, ' ', time, ' - ', date, ' ', time)],
  ['five and more amounts of four digits', 0.03, listOf(whole(1000, 9999), 5, 9)],
  ['four amounts of four digits', 0.06, listOf(whole(1000, 9999), 4, 4)],
];

describe('a note without a card', () => {
  it('is nothing that people in a restaurant write', () => {
    const notes = [
      '',
      'no onions',
      '2 x without salt, 1 x extra',
      'call 0171 2345678 at 19:30',
      'order 20261122-0017, table 12, 3 guests',
      '22.11.2026 18:00 - 23:00',
      '12.50 + 13.00 + 14.20',
      'room 4111',
      'IBAN ends with 1111 1111',
      'one-two-three',
      'cva 1234',
      'receipt 4111111111',
      '2, 3, 4, 5, 6, 1, 1, 2, 2, 3, 4, 2, 3, 5, 1, 9',
      '4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1',
      '4111,1111,1111,1111,2500',
      '1200 + 4111 + 1111 + 1111 + 1111',
      '41111111, 11111111',
      'call +49 41111111, 11111111',
    ];
    for (const text of notes) expect([text, cardNumberIn(text)]).toEqual([text, undefined]);
  });

  it.each(kinds)('with %s is refused in at most %d of all cases', (_, shareMax, notes) => {
    const refused = fc
      .sample(notes, { numRuns: runs, seed: 7 })
      .filter((text) => cardNumberIn(text) !== undefined);
    expect(refused.length / runs, refused.slice(0, 5).join('\n')).toBeLessThanOrEqual(shareMax);
  });
});
