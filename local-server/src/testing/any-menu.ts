// Menus of any kind for tests: with the signs that mean something in a table or in one of its cells, and
// with any other.

import fc from 'fast-check';

import type { MenuItem } from '../menu/item.ts';

const nasty = fc.constantFrom(
  ...Array.from(`,;:="'\\ \t\r\n=+-@|＝\u{feff}\u{a0}\u{202e}é😀\u{7f}a0`),
);
const name = fc
  .oneof(
    fc.string({ unit: nasty, minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom('=SUM(A1)', "'=x", "''", "'tis", ' \\', '<script>', ';', ':0', ' = '),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed() && text.length <= 128);
const id = fc.stringMatching(/^[\w:-]{1,12}$/).filter((text) => text !== '__proto__');
const priceMinor = fc.integer({ min: 0, max: 1_000_000_000 });
const isPlainObject = { noNullPrototype: true };
const choice = fc.record({ name, priceMinor }, isPlainObject);

const anyItem: fc.Arbitrary<MenuItem> = fc.record(
  {
    item: id,
    name,
    station: fc.option(fc.stringMatching(/^[a-z0-9-]{1,16}$/)),
    priceMinor,
    choices: fc.dictionary(id, choice, { maxKeys: 5, ...isPlainObject }),
  },
  isPlainObject,
);

/** No item is there twice. */
export const anyMenu = fc.uniqueArray(anyItem, { maxLength: 8, selector: ({ item }) => item });
