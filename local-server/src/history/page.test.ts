// docs/history.md is what people build their bookkeeping on: its columns are those of the export.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { readsMax } from './command-log.ts';
import { columns } from './day-export.ts';

const file = path.resolve(import.meta.dirname, '../../../docs/history.md');
const page = readFileSync(file, 'utf8');

it('has every column of the export, in its order, and no other', () => {
  const [, table = ''] = page.split('| column | of | |');
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, column]) => column);
  expect(named).toEqual([...columns]);
});

it('says how much of the log a question reads', () => {
  expect(page).toContain(`at most ${readsMax.toLocaleString('en-US')} commands`);
});
