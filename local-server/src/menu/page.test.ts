// docs/menu.md is what people write their menu by: its examples are read, and its limits are the hub's.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { fileBytesMax, jsonMedia, readMenu, tableMedia } from './file.ts';
import { columns } from './item.ts';
import { errorsMax, itemsMax } from './lines.ts';
import { putsTogether } from './routes.ts';

const file = path.resolve(import.meta.dirname, '../../../docs/menu.md');
const page = readFileSync(file, 'utf8');
const example = (language: string): Buffer =>
  Buffer.from(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(page)?.[1] ?? '');

const soup = {
  item: 'soup',
  name: 'Tomato soup',
  station: 'kitchen',
  priceMinor: 650,
  choices: { bread: { name: 'Bread', priceMinor: 100 } },
};

it('has a table that can be imported', () => {
  const read = readMenu({ media: tableMedia, bytes: example('csv') });
  const items = 'items' in read ? read.items : [];
  const choices = { ...soup.choices, butter: { name: 'Butter', priceMinor: 50 } };
  expect(items[0]).toEqual({ ...soup, choices });
  expect(items.map(({ item, station }) => [item, station])).toEqual([
    ['soup', 'kitchen'],
    ['cola', 'bar'],
    ['side-salad', 'cold'],
    ['takeaway-box', null],
  ]);
});

it('has JSON that can be imported', () => {
  const read = readMenu({ media: jsonMedia, bytes: example('json') });
  expect(read).toEqual({ items: [soup] });
});

it('names the columns and the limits that count', () => {
  const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, column]) => column);
  expect(named).toEqual([...columns]);
  expect(page).toContain(`at most ${itemsMax.toLocaleString('en-US')} lines`);
  expect(page).toContain(`${fileBytesMax / 1024 ** 2} MiB`);
  expect(page).toContain(`up to ${errorsMax} places`);
  expect(page).toContain(`Up to ${putsTogether} changes`);
});
