import fc from 'fast-check';
import { expect, it } from 'vitest';

import { type Json, canonicalJson, unfitJson } from './json.ts';
import { jsonDepthMax } from './protocol/limits.ts';

const anyJson = fc
  .jsonValue({ maxDepth: 6 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** The same value with the fields of every object in another order. */
function turned(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(turned);
  const fields = Object.entries(value as Record<string, Json>).toReversed();
  return Object.fromEntries(fields.map(([field, inner]) => [field, turned(inner)]));
}

it('writes equal values as equal text, whatever the order of their fields [L6]', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
    }),
  );
});

it('writes JSON that reads back as the same value [L6]', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
    }),
  );
});

it('writes different values as different text [L6]', () => {
  fc.assert(
    fc.property(anyJson, anyJson, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      const isSame = canonicalJson(one) === canonicalJson(other);
      if (isSame) expect(JSON.parse(canonicalJson(one))).toEqual(other);
    }),
  );
});

it('sorts fields by code unit, not by language [L6]', () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }], ä: 2, Z: 3 })).toBe(
    '{"Z":3,"a":[{"c":"x","d":null}],"b":1,"ä":2}',
  );
});

it('finds nothing wrong with what JSON can carry [M1]', () => {
  const fit = fc.jsonValue({ maxDepth: jsonDepthMax - 1, stringUnit: 'grapheme' });
  fc.assert(
    fc.property(fit, (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('\\u0000') && !text.includes('__proto__'));
      expect(unfitJson(JSON.parse(text) as Json, jsonDepthMax)).toBeUndefined();
    }),
  );
});

const paths = fc.array(fc.oneof(fc.constant('list'), fc.constant('field'), fc.constant('name')), {
  maxLength: 5,
});

function wrap(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>(
    (inner, step) => (step === 'list' ? [1, inner] : { a: 1, inner }),
    value,
  );
}

it('finds half an emoji and U+0000 wherever they stand, in names too [M1]', () => {
  fc.assert(
    fc.property(paths, fc.constantFrom('\ud83d', 'a\udc00', '\u0000', 'x\u0000y'), (path, text) => {
      expect(unfitJson(wrap(text, path), jsonDepthMax)).toBeTypeOf('string');
      expect(unfitJson(wrap({ [text]: 1 }, path), jsonDepthMax)).toBeTypeOf('string');
    }),
  );
});

it.each([1 / 0, -1 / 0, NaN])('finds %s, which no JSON text can carry [M1]', (number) => {
  expect(unfitJson({ a: [number] }, jsonDepthMax)).toBe('a number is not finite');
});

it('finds what is nested deeper than the limit, and the forbidden name [M1]', () => {
  const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(unfitJson(nested(jsonDepthMax), jsonDepthMax)).toBeUndefined();
  expect(unfitJson(nested(jsonDepthMax + 1), jsonDepthMax)).toBe('it is nested too deeply');
  const polluting = JSON.parse('{"a":{"__proto__":{"b":1}}}') as Json;
  expect(unfitJson(polluting, jsonDepthMax)).toBe('a field has a forbidden name');
});
