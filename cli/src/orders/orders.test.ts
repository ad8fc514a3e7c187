import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { parseJsonLines } from './json-lines.ts';
import type { Order } from './order.ts';
import { forms, parseOrders } from './read.ts';
import { parseTsv, readChoices } from './tsv.ts';

const header = 'order_id\tquantity\titem_name\tchoice_description\titem_price';

const tsv = (...rows: string[]): string => [header, ...rows, ''].join('\n');

it('reads a row with its quantity, choices and price', () => {
  const { orders, problems } = parseTsv(tsv('7\t2\tSoup\t[Bread, [Salt, Salt]]\t$4.78 '));
  expect(problems).toEqual([]);
  const line = { name: 'Soup', quantity: 2, unitMinor: 239, choices: ['Bread', 'Salt', 'Salt'] };
  expect(orders).toEqual([{ id: '7', lines: [line] }]);
});

it('brings rows of one order together wherever they stand', () => {
  const text = tsv('1\t1\tSoup\tNULL\t$2.00', '2\t1\tTea\tNULL\t$1.00', '1\t1\tTea\tNULL\t$1.00');
  const { orders } = parseTsv(text);
  expect(orders.map(({ id, lines }) => [id, lines.length])).toEqual([
    ['1', 2],
    ['2', 1],
  ]);
});

it('reads files from Windows, too', () => {
  const text = `\uFEFF${tsv('1\t1\tSoup\tNULL\t$2.00').replaceAll('\n', '\r\n')}`;
  expect(parseTsv(text)).toMatchObject({ orders: [{ id: '1' }], problems: [] });
});

it.each([
  ['1\t1\tSoup\tNULL', '4 fields instead of 5'],
  ['1\tone\tSoup\tNULL\t$2.00', 'the quantity is "one": it must be a whole number'],
  ['1\t0\tSoup\tNULL\t$2.00', 'the quantity is 0: it must be a whole number from 1 to 999'],
  ['1\t1000\tSoup\tNULL\t$2.00', 'the quantity is 1000: it must be a whole number from 1 to 999'],
  ['1\t1\tSoup\tNULL\t2.00', 'the price is "2.00": it must look like $2.39'],
  ['1\t1\tSoup\tNULL\t$-2.00', 'the price is "$-2.00": it must look like $2.39'],
  ['1\t3\tSoup\tNULL\t$2.00', '200 minor units for 3 cannot be divided into equal prices'],
  ['1\t1\tSoup\t[Bread\t$2.00', 'the brackets of choice_description do not match'],
  ['1\t1\t\tNULL\t$2.00', "an item's name has 1 to 128 characters"],
  ['\t1\tSoup\tNULL\t$2.00', 'an order_id has 1 to 256 characters'],
  ['1\t1\tSo\0up\tNULL\t$2.00', "an item's name holds the character U+0000"],
  ['1\t1\tSoup\t[Bread, [Sa\0lt]]\t$2.00', "a choice's name holds the character U+0000"],
  ['1\0\t1\tSoup\tNULL\t$2.00', 'the order_id holds the character U+0000'],
])('names the line and what is wrong with %j', (row, message) => {
  const { orders, problems } = parseTsv(tsv('1\t1\tTea\tNULL\t$1.00', row));
  expect(problems).toEqual([{ lineNumber: 3, message }]);
  expect(orders).toHaveLength(1);
});

it.each([
  ['1\t1\tSoup\tNULL\t$2.00', 'this is neither the header of tab-separated orders nor an order in'],
  [
    'order_id,quantity,item_name',
    'this is neither the header of tab-separated orders nor an order in',
  ],
  ['[{"id":"a"}]', 'this is one list in JSON: write each order on a line of its own'],
  ['\u0000\u0001', 'this is not text'],
  ['PK\uFFFD', 'this is not text'],
])('says what is wrong with a file that begins with %j', (text, message) => {
  const { orders, problems } = parseOrders(text);
  expect(orders).toEqual([]);
  expect(problems).toMatchObject([{ lineNumber: 1 }]);
  expect(problems[0]?.message).toContain(message);
});

it('shows an order and a header that it reads itself', () => {
  const [, shownHeader = '', , example = ''] = forms.split('\n').map((row) => row.trim());
  expect(shownHeader.replaceAll(' <tab> ', '\t')).toBe(header);
  expect(parseOrders(example)).toMatchObject({ orders: [{ id: 's01' }], problems: [] });
});

it.each([
  ['[A]', ['A']],
  ['[A (hot), [B, C]]', ['A (hot)', 'B', 'C']],
  ['[]', []],
  ['NULL', []],
  ['A', undefined],
  ['[A], B', undefined],
  ['[A]]', undefined],
  ['][', undefined],
])('reads the choices of %j', (text, choices) => {
  expect(readChoices(text)).toEqual(choices);
});

const good =
  '{"id":"a","lines":[{"name":"Soup","quantity":2,"totalMinor":478,"choices":["Salt"]}]}';

it('reads an order from a line of JSON', () => {
  const line = { name: 'Soup', quantity: 2, unitMinor: 239, choices: ['Salt'] };
  expect(parseJsonLines(`${good}\n`)).toEqual({
    orders: [{ id: 'a', lines: [line] }],
    problems: [],
  });
});

it('takes a whole emoji, written out or as its two escaped halves', () => {
  const rows = ['🍲', String.raw`\ud83c\udf72`].map((sign, index) =>
    good.replace('"a"', `"${index}"`).replace('Soup', `Soup ${sign}`),
  );
  const { orders, problems } = parseJsonLines(rows.join('\n'));
  expect(problems).toEqual([]);
  expect(orders.map(({ lines }) => lines[0]?.name)).toEqual(['Soup 🍲', 'Soup 🍲']);
});

it.each([
  ['{', 'this is not JSON: each line must be one whole order'],
  ['[]', 'this is not a JSON object'],
  ['{"id":1,"lines":[]}', '"id" must be a text of 1 to 256 characters'],
  ['{"id":"b","lines":[]}', '"lines" must be a list of at least one'],
  ['{"id":"b","at":"noon","lines":[1]}', '"at" must be a time such as 2026-11-22T12:30:00Z'],
  ['{"id":"b","lines":[1]}', 'in its line 1, there is no JSON object'],
  ['{"id":"b","line":[]}', 'there is no field "line": an order has id, at, lines'],
  [
    '{"id":"b","lines":[{"name":"Soup","quantity":3,"totalMinor":100}]}',
    'in its line 1, 100 minor units for 3 cannot be divided into equal prices',
  ],
  [
    '{"id":"b","lines":[{"name":"Soup","quantity":1}]}',
    'in its line 1, "totalMinor" must be a number',
  ],
  [good, 'the order "a" already stands on line 1'],
  [
    good.replace('"a"', '"b"').replace('Soup', String.raw`So\u0000up`),
    "in its line 1, an item's name holds the character U+0000",
  ],
  [
    good.replace('"a"', '"b"').replace('Soup', String.raw`Soup \ud83c`),
    "in its line 1, an item's name holds half of a character, such as half an emoji",
  ],
  [
    good.replace('"a"', '"b"').replace('Salt', String.raw`Sa\u0000lt`),
    "in its line 1, a choice's name holds the character U+0000",
  ],
  [
    good.replace('"a"', '"b"').replace('Salt', String.raw`\udf72 Salt`),
    "in its line 1, a choice's name holds half of a character, such as half an emoji",
  ],
  [
    good.replace('"a"', String.raw`"b\ud83c"`),
    '"id" holds half of a character, such as half an emoji',
  ],
])('names the line and what is wrong with %j', (row, message) => {
  const { orders, problems } = parseJsonLines(`${good}\n\n${row}\n`);
  expect(problems).toEqual([{ lineNumber: 3, message }]);
  expect(orders).toHaveLength(1);
});

const name = fc
  .string({ minLength: 1, maxLength: 20 })
  .map((text) => text.replaceAll(/[\s,[\]]/g, '_'))
  .filter((text) => text !== 'NULL');
const line = fc.record({
  name,
  quantity: fc.integer({ min: 1, max: 999 }),
  unitMinor: fc.integer({ min: 0, max: 1_000_000 }),
  choices: fc.array(name, { maxLength: 5 }),
});
const orders: fc.Arbitrary<Order[]> = fc
  .uniqueArray(name, { maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => ({ id, lines })),
      ),
    ),
  );

function toTsv(list: readonly Order[]): string {
  const rows = list.flatMap(({ id, lines }) =>
    lines.map(({ name: item, quantity, unitMinor, choices }) => {
      const [first, ...rest] = choices;
      const nested = rest.length > 0 ? `[${first}, [${rest.join(', ')}]]` : `[${first}]`;
      const minor = String(unitMinor * quantity).padStart(3, '0');
      const price = `$${minor.slice(0, -2)}.${minor.slice(-2)} `;
      return [id, quantity, item, first === undefined ? 'NULL' : nested, price].join('\t');
    }),
  );
  return tsv(...rows);
}

function toJsonLines(list: readonly Order[]): string {
  const rows = list.map(({ id, lines }) => {
    const written = lines.map(({ unitMinor, ...rest }) => ({
      ...rest,
      totalMinor: unitMinor * rest.quantity,
    }));
    return JSON.stringify({ id, lines: written });
  });
  return rows.join('\n');
}

it('reads back every order that can be written', () => {
  fc.assert(
    fc.property(orders, (list) => {
      expect(parseTsv(toTsv(list))).toEqual({ orders: list, problems: [] });
      expect(parseJsonLines(toJsonLines(list))).toEqual({ orders: list, problems: [] });
    }),
  );
});

it('answers any text with orders within the limits and problems on lines that exist', () => {
  const noise = fc.array(
    fc.oneof(fc.string(), fc.constantFrom(header, good, '1\t1\tSoup\tNULL\t$2.00', '{"id":"x"}')),
  );
  fc.assert(
    fc.property(noise, fc.boolean(), (rows, withHeader) => {
      const text = [...(withHeader ? [header] : []), ...rows].join('\n');
      const read = parseOrders(text);
      const lineCount = text.split('\n').length;
      for (const { lineNumber } of read.problems) expect(lineNumber).toBeLessThanOrEqual(lineCount);
      for (const order of read.orders) {
        expect(order.lines.length).toBeGreaterThan(0);
        for (const { unitMinor } of order.lines) expect(Number.isSafeInteger(unitMinor)).toBe(true);
      }
      expect(new Set(read.orders.map(({ id }) => id)).size).toBe(read.orders.length);
    }),
  );
});
