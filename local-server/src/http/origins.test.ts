import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openOrigins, originsName } from './origins.ts';

const log = pino({ level: 'silent' });
let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'origins-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('knows after a restart what it served before', () => {
  openOrigins(folder, log).add(['http://10.0.0.7:8080']);
  const origins = openOrigins(folder, log);
  origins.add(['http://10.0.0.8:8080']);
  const again = openOrigins(folder, log);
  expect(['http://10.0.0.7:8080', 'http://10.0.0.8:8080'].map(again.has)).toEqual([true, true]);
  expect(again.has('http://10.0.0.9:8080')).toBe(false);
});

it.each(['', '{', '{"a":1}', '["null"]', '[1]', '["http://10.0.0.7:8080/"]'])(
  'sets aside a file that says %s and writes a new one',
  (text) => {
    writeFileSync(path.join(folder, originsName), text);
    const origins = openOrigins(folder, log);
    expect(origins.has('null')).toBe(false);
    origins.add(['http://10.0.0.7:8080']);
    const [fresh, aside = ''] = readdirSync(folder).toSorted(
      (one, other) => one.length - other.length,
    );
    expect(fresh).toBe(originsName);
    expect(readFileSync(path.join(folder, aside), 'utf8')).toBe(text);
    expect(openOrigins(folder, log).has('http://10.0.0.7:8080')).toBe(true);
  },
);

it('keeps the latest only', () => {
  const origins = openOrigins(undefined, log);
  for (let port = 1; port <= 300; port += 1) origins.add([`http://10.0.0.7:${port}`]);
  expect([origins.has('http://10.0.0.7:1'), origins.has('http://10.0.0.7:300')]).toEqual([
    false,
    true,
  ]);
});
