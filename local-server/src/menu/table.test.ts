// A menu that leaves the hub as a file and comes back is the same menu, whatever is in it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RawBody } from '../http/body.ts';
import { anyMenu } from '../testing/any-menu.ts';
import { fileBytesMax, jsonMedia, readMenu, tableMedia } from './file.ts';
import { columns } from './item.ts';
import { itemsMax } from './lines.ts';
import { menuTable } from './table.ts';

const bodyOf = (media: string, text: string | Uint8Array): RawBody => ({
  media,
  bytes: Buffer.from(text as string),
});
const readTable = (text: string | Uint8Array) => readMenu(bodyOf(tableMedia, text));
const readJson = (value: unknown) => readMenu(bodyOf(jsonMedia, JSON.stringify(value)));
const head = `${columns.join(',')}\n`;

describe('a menu', () => {
  it('comes back from a table as it was', () => {
    fc.assert(
      fc.property(anyMenu, (items) => {
        expect(readTable(menuTable(items))).toEqual({ items });
      }),
      { numRuns: 500 },
    );
  });

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(anyMenu, (items) => {
        expect(readJson({ items })).toEqual({ items });
      }),
    );
  });
});

const soup = {
  item: 'soup',
  name: 'Soup, hot',
  station: 'kitchen',
  priceMinor: 500,
  choices: { bread: { name: 'Bread', priceMinor: 100 }, oil: { name: 'Oil', priceMinor: 0 } },
};

describe('a table', () => {
  it.each([
    [
      'with columns in another order',
      'priceMinor,choices,item,station,name\n500,bread=Bread:100;oil=Oil:0,soup,kitchen,"Soup, hot"\n',
    ],
    [
      'of a country with semicolons, from Windows',
      '\u{feff}item;name;station;priceMinor;choices\r\nsoup;Soup, hot;kitchen;500;"bread=Bread:100; oil=Oil:0"\r\n;;;;\r\n',
    ],
    [
      'typed with blanks around everything, and blank lines',
      `\n${head}\n soup ,"Soup, hot", kitchen , 500 , bread = Bread : 100 ; oil = Oil : 0 ; \n , ,,,\n`.slice(
        1,
      ),
    ],
  ])('%s is read', (_how, text) => {
    expect(readTable(text)).toEqual({ items: [soup] });
  });

  it('is safe to open where formulas are carried out, and an apostrophe of its own stays', () => {
    const names = ['=1+1', '@x', ' -2', '＝A1', "'=1", "'tis"];
    const items = names.map((one, at) => ({ ...soup, item: `-i${at}`, name: one }));
    const cells = menuTable(items).split('\r\n').slice(1, -1);
    expect(cells.map((line) => line.split(',')[1])).toEqual([
      "'=1+1",
      "'@x",
      "' -2",
      "'＝A1",
      "''=1",
      "'tis",
    ]);
    expect(cells.every((line) => line.startsWith("'-i"))).toBe(true);
  });

  it.each([
    ['no bytes of UTF-8', Buffer.from('item,näme', 'latin1'), 1, undefined, 'UTF-8'],
    ['UTF-16', Buffer.from(`\u{feff}${head}`, 'utf16le'), 1, undefined, 'UTF-8'],
    ['a zip', Buffer.from('504b03041400000008009c8b', 'hex'), 1, undefined, 'UTF-8'],
    ['nothing at all', '', 1, undefined, 'The first line names the columns'],
    ['another column', `${head.trim()},colour\n`, 1, undefined, 'no others'],
    ['a column too few', 'item,name,station,priceMinor\n', 1, undefined, 'no others'],
    ['a column twice', 'item,item,name,station,priceMinor,choices\n', 1, undefined, 'each once'],
    ['a column called __proto__', `${head.trim()},__proto__\n`, 1, undefined, 'no others'],
    ['10,000 columns', `${head.trim()}${',x'.repeat(9_995)}\n`, 1, undefined, 'no others'],
    ['tabs', head.replaceAll(',', '\t'), 1, undefined, 'The first line names the columns'],
    ['a cell too many', `${head}\na,A,,1,,\n`, 3, undefined, 'double quotes'],
    ['a quote that stays open', `${head}a,A,,1,\n"b,B`, 3, undefined, 'not closed'],
    ['a quote in the middle', `${head}a,6" pizza,,1,\n`, 2, undefined, 'written twice'],
    ['an item called __proto__', `${head}__proto__,A,,1,\n`, 2, 'item', 'An item has an id'],
    ['no name', `${head}a,,,1,\n`, 2, 'name', '1 to 128'],
    ['a name that is too long', `${head}a,${'n'.repeat(129)},,1,\n`, 2, 'name', '1 to 128'],
    ['a NUL', `${head}a,A\0B,,1,\n`, 2, 'name', 'cannot be kept'],
    ['a station with capitals', `${head}a,A,Bar,1,\n`, 2, 'station', 'small letters'],
    ['a price with a point', `${head}a,A,,12.50,\n`, 2, 'priceMinor', 'for 12.50 write 1250'],
    ['a price with a comma', `${head}a,A,,"12,50",\n`, 2, 'priceMinor', 'for 12.50 write 1250'],
    ['a price below zero', `${head}a,A,,-1,\n`, 2, 'priceMinor', 'whole number'],
    ['a price above all', `${head}a,A,,1000000001,\n`, 2, 'priceMinor', '1000000000'],
    ['no price', `${head}a,A,,,\n`, 2, 'priceMinor', 'whole number'],
    ['a choice without a price', `${head}a,A,,1,bread=Bread\n`, 2, 'choices', 'bread=Bread:100'],
    ['a choice at 1.50', `${head}a,A,,1,bread=Bread:1.50\n`, 2, 'choices', 'bread=Bread:100'],
    ['a choice twice', `${head}a,A,,1,b=B:1;b=C:1\n`, 2, 'choices', 'each once'],
    ['a choice called __proto__', `${head}a,A,,1,__proto__=B:1\n`, 2, 'choices', 'cannot be kept'],
    ['a backslash at the end', `${head}a,A,,1,b=B\\:1\n`, 2, 'choices', 'Choices'],
    ['an item twice', `${head}a,A,,1,\na,B,,1,\n`, 3, 'item', 'The item of line 2'],
  ] as const)('with %s is refused, and the place is named', (_what, text, line, column, words) => {
    expect(readTable(text)).toEqual({
      errors: [
        { line, ...(column && { column }), message: expect.stringContaining(words) as string },
      ],
    });
  });

  it('names everything that is wrong, and never repeats what stands there', () => {
    const card = '4111 1111 1111 1111';
    const text = `${head}a,Card ${card},,1,\n"${card}",B,Bar,${card},\nc,C,,1,x=${card}:1\n"${card}`;
    for (const table of [text, text.slice(0, text.lastIndexOf('"')), `${card},${head}`]) {
      expect(JSON.stringify(readTable(table))).not.toContain('1111');
    }
    const read = readTable(text.slice(0, text.lastIndexOf('"')));
    const places = 'errors' in read ? read.errors.map(({ line, column }) => [line, column]) : [];
    expect(places).toEqual([
      [2, 'name'],
      [3, 'item'],
      [3, 'station'],
      [3, 'priceMinor'],
      [4, 'choices'],
    ]);
  });

  it('has at most so many lines', () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, at) => `i${at},A,,1,\n`).join('');
    expect(readTable(head + lines(itemsMax))).toHaveProperty('items.length', itemsMax);
    const errors = [{ line: itemsMax + 2, message: expect.stringContaining('2000') as string }];
    expect(readTable(head + lines(itemsMax + 1))).toEqual({ errors });
    expect(readTable(head + '\n'.repeat(fileBytesMax - head.length))).toEqual({ errors });
  });

  it('with an item longer than a command is refused before any command is given', () => {
    const many = Array.from({ length: 400 }, (_, at) => `c${at}=${'é'.repeat(30)}:1`).join(';');
    expect(readTable(`${head}a,A,,1,${many}\n`)).toEqual({
      errors: [
        { line: 2, column: 'choices', message: expect.stringContaining('32 KiB') as string },
      ],
    });
  });
});

describe('JSON', () => {
  it.each([
    ['no JSON', Buffer.from('{'), undefined],
    ['no object', Buffer.from('null'), undefined],
    ['something beside the items', { items: [], basis: 'x' }, undefined],
    ['no list', { items: {} }, undefined],
    ['an item that is none', { items: ['soup'] }, undefined],
    ['a field too many', { items: [{ ...soup, version: 'v1' }] }, undefined],
    ['a price as text', { items: [{ ...soup, priceMinor: '500' }] }, 'priceMinor'],
    ['a price and a half', { items: [{ ...soup, priceMinor: 1.5 }] }, 'priceMinor'],
    ['no station at all', { items: [{ ...soup, station: undefined }] }, 'station'],
    ['choices as a list', { items: [{ ...soup, choices: [] }] }, 'choices'],
    ['half a sign', { items: [{ ...soup, name: '\ud83d' }] }, 'name'],
    [
      'fields called __proto__',
      Buffer.from(
        `{"items":[${JSON.stringify({ ...soup, choices: 1 }).replace('1}', '{"__proto__":{"name":"B","priceMinor":1}}}')}]}`,
      ),
      'choices',
    ],
    ['depth', Buffer.from(`{"items":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`), undefined],
  ])('with %s is refused, and the place is named', (_what, value, column) => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    expect(readMenu({ media: jsonMedia, bytes })).toEqual({
      errors: [{ line: 1, ...(column && { column }), message: expect.any(String) as string }],
    });
  });
});
