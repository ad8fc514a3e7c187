import { expect, it } from 'vitest';
import * as z from 'zod/mini';

import { inWords, sayUnfit } from './unfit-data.ts';

const schema = z.strictObject({
  word: z.optional(z.string().check(z.minLength(2), z.maxLength(9))),
  count: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
  own: z.optional(z.string('must be a colour').check(z.regex(/^red|blue$/))),
  sizes: z.optional(z.array(z.enum(['small', 'big'])).check(z.maxLength(2))),
  by: z.optional(z.record(z.string('must be a day').check(z.regex(/^day\d$/)), z.boolean())),
  number: z.optional(z.number()),
  nothing: z.optional(z.null()),
  any: z.optional(z.custom((value) => value === 'any')),
  inner: z.optional(
    z.strictObject({ text: z.string(), any: z.custom((value) => value === 'any') }),
  ),
});

it.each<[unknown, string]>([
  [undefined, 'the whole is missing; it must be an object'],
  [[], 'the whole must be an object'],
  [7, 'the whole is 7; it must be an object'],
  [null, 'the whole is null; it must be an object'],
  [{ word: 5 }, 'word is 5; it must be a text'],
  [{ word: '' }, 'word is ""; it must be at least 2 characters long'],
  [{ word: 'x'.repeat(10) }, 'word is "xxxxxxxxxx"; it must be at most 9 characters long'],
  [{ count: 1.5 }, 'count is 1.5; it must be a whole number'],
  [{ count: 0 }, 'count is 0; it must be at least 1'],
  [{ count: 10 }, 'count is 10; it must be at most 9'],
  [{ own: 'green' }, 'own is "green"; it must be a colour'],
  [{ own: 5 }, 'own is 5; it must be a colour'],
  [{ sizes: 'big' }, 'sizes is "big"; it must be a list'],
  [{ sizes: ['big', 'tiny'] }, 'sizes.1 is "tiny"; it must be "small" or "big"'],
  [{ sizes: ['big', 'big', 'big'] }, 'sizes must be at most 2 entries long'],
  [{ by: [] }, 'by must be an object'],
  [{ by: { day1: 1 } }, 'by.day1 is 1; it must be true or false'],
  [{ by: { night: true } }, 'by has the name "night"; it must be a day'],
  [{ number: '5' }, 'number is "5"; it must be a number'],
  [{ nothing: 0 }, 'nothing is 0; it must be null'],
  [{ any: 'one' }, 'any is "one"; it must be something else'],
  [{ inner: {} }, 'inner.text is missing; it must be a text'],
  [{ inner: { text: '' } }, 'inner.any is missing'],
  [{ inner: { text: '', any: 'any', more: 1 } }, 'inner must not have the field "more"'],
  [{ more: 1 }, 'the whole must not have the field "more"'],
])('says where, what stands there and what it must be: %j', (value, sentence) => {
  const { error } = schema.safeParse(value, inWords);
  expect(sayUnfit(error!, value, 'the whole')).toBe(sentence);
});

it('stays short and whole, whatever was given', () => {
  const long = '\u{1f35c}'.repeat(5_000);
  for (const value of [{ word: long }, { [long]: 1 }, { by: { [long]: true } }]) {
    const { error } = schema.safeParse(value, inWords);
    const sentence = sayUnfit(error!, value, 'the whole');
    expect(sentence.length).toBeLessThan(200);
    expect(sentence.isWellFormed()).toBe(true);
  }
  const strange = { by: { constructor: 1 } };
  const { error } = schema.safeParse(strange, inWords);
  expect(sayUnfit(error!, strange, 'the whole')).toBe(
    'by has the name "constructor"; it must be a day',
  );
});

it('says something also of a schema that says nothing', () => {
  expect(sayUnfit({ issues: [] }, {}, 'the whole')).toBe('the whole must be something else');
});
