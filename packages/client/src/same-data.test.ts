import fc from 'fast-check';
import { expect, it } from 'vitest';

import { sameData } from './same-data.ts';

it('says the same as the JSON texts of two values', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, (one) => sameData(one, structuredClone(one))),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(value, value, (one, other) => {
      const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
      expect(sameData(one, other)).toBe(isSame);
    }),
    { numRuns: 500 },
  );
});

it('never takes two different things for one that JSON cannot tell apart', () => {
  expect(sameData({ a: undefined }, {})).toBe(false);
  expect(sameData(new Map([[1, 2]]), new Map([[1, 3]]))).toBe(false);
  expect(sameData([], {})).toBe(false);
  expect(sameData(null, {})).toBe(false);
  expect(sameData(Number.NaN, Number.NaN)).toBe(true);
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : value;
  const fields = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const);
  return Object.fromEntries(fields.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
