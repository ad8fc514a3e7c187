import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { licencesText, licensedOf, refusals } from './licences.ts';

const ownText = 'MIT License\n\nCopyright (c) 2026 us\n\nPermission is hereby granted';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'licences-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function lay(folder: string, manifest: object, texts: Record<string, string> = {}): string {
  const inside = path.join(root, 'node_modules', folder);
  mkdirSync(inside, { recursive: true });
  const [name = ''] = folder.split('/node_modules/').slice(-1);
  const whole = { name, version: '1.0.0', ...manifest };
  writeFileSync(path.join(inside, 'package.json'), JSON.stringify(whole));
  for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(inside, file), text);
  return `node_modules/${folder}/lib/index.js`;
}

it('names every package once, also one that lies inside another, and not our own files', () => {
  const files = [
    'local-server/src/main.ts',
    lay('outer', { license: 'MIT' }, { LICENSE: 'text of outer' }),
    'node_modules/outer/lib/second.js',
    lay('@some/scoped', { license: 'ISC' }, { 'LICENSE.md': 'text of scoped' }),
    lay(
      'outer/node_modules/inner',
      { license: 'Apache-2.0' },
      { license: 'text', 'NOTICE.txt': 'notice' },
    ),
  ];
  const licensed = licensedOf(files, root);
  expect(licensed.map(({ package: name, licence, text }) => [name, licence, text])).toEqual([
    ['@some/scoped 1.0.0', 'ISC', 'text of scoped'],
    ['inner 1.0.0', 'Apache-2.0', 'notice\n\ntext'],
    ['outer 1.0.0', 'MIT', 'text of outer'],
  ]);
  expect(refusals(licensed)).toEqual([]);
  expect(licencesText('made of', ownText, licensed)).toContain('inner 1.0.0 (Apache-2.0)');
});

it.each(['GPL-3.0-only', 'LGPL-2.1', 'UNLICENSED', 'SEE LICENSE IN x', '(MIT OR GPL-2.0)'])(
  'refuses a package under %s, whatever text it brings',
  (license) => {
    const licensed = licensedOf([lay('strict', { license }, { LICENSE: 'some text' })], root);
    expect(refusals(licensed)).toEqual([
      expect.stringContaining(`strict 1.0.0 is under "${license}"`),
    ]);
  },
);

it('refuses a package that names no licence, and one whose text is missing', () => {
  const files = [lay('silent', {}, { LICENSE: 'some text' }), lay('bare', { license: 'ISC' })];
  expect(refusals(licensedOf(files, root))).toEqual([
    expect.stringContaining('bare 1.0.0 is under ISC and brings no text of it'),
    expect.stringContaining('silent 1.0.0 is under "no licence'),
  ]);
});

it('gives a package under MIT that brings no text the usual one with its author’s name', () => {
  const author = { name: 'A. Author', email: 'a@example.org' };
  const licensed = licensedOf([lay('bare', { license: 'MIT', author })], root);
  expect(refusals(licensed)).toEqual([]);
  const text = licencesText('made of', ownText, licensed);
  expect(text).toContain('Copyright (c) 2026 us');
  expect(text).toContain('Copyright (c) A. Author <a@example.org>');
});
