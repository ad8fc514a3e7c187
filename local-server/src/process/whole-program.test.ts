import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { isWholeProgram } from './whole-program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'program-'));
const file = path.join(folder, 'hub.js');
const whole = `${'console.log(1);\n'.repeat(1_000)}// Here the program ends.\n`;
afterAll(() => rmSync(folder, { recursive: true }));

it('tells a program that is whole, also with the name of its source map', () => {
  for (const text of [whole, `${whole}//# sourceMappingURL=hub.js.map\n`]) {
    writeFileSync(file, text);
    expect(isWholeProgram(file)).toBe(true);
  }
  expect(isWholeProgram(import.meta.filename)).toBe(true);
});

it.each([0, 1, 10, 8_000, whole.length - 3])(
  'tells a copy that stopped after %i bytes',
  (bytes) => {
    writeFileSync(file, whole.slice(0, bytes));
    expect(isWholeProgram(file)).toBe(false);
  },
);
