import { describe, expect, it } from 'vitest';

import { baselineIsUnedited } from './baseline.ts';
import { foldersAreNouns } from './folders.ts';
import { layersPointOneWay } from './layers.ts';
import { nothingIsLeftOver } from './leftovers.ts';
import { filesOpenWithAReason } from './opening.ts';
import { coreIsPure } from './purity.ts';
import { scenariosAreTested } from './scenario-titles.ts';
import { filesFitInTheHead } from './size.ts';
import { treeOf, type Rule } from './source-tree.ts';
import { rulesAreTested } from './spec.ts';

/** The findings of a rule in a tree of these files. */
const found = (rule: Rule, texts: Record<string, string>): string[] =>
  rule(treeOf(texts)).map(({ severity, file, line, message }) =>
    severity === 'error' ? `${file}:${line}: ${message}` : `(${file}: ${message})`,
  );

const lines = (count: number): string => 'work();\n'.repeat(count);

describe('layers', () => {
  const importing = (file: string, from: string): string[] =>
    found(layersPointOneWay, { [file]: `import { x } from '${from}';` });

  it.each([
    ['packages/client/src/a.ts', '@pos-sync/sync'],
    ['packages/client/src/a.ts', './b.ts'],
    ['packages/shop/src/a.ts', '@pos-sync/sync'],
    ['local-server/src/a.ts', '@pos-sync/shop'],
    ['local-server/src/a.ts', 'fastify'],
    ['apps/entry/a.tsx', '@pos-sync/client'],
    ['cli/src/a.ts', '@pos-sync/simulator'],
    ['simulator/src/a.ts', '../../packages/sync/src/hub/batch.ts'],
    ['e2e/a.ts', '@pos-sync/client/storage/file'],
    ['packages/sync/src/a.test.ts', '@pos-sync/sync/testing'],
    ['vitest.config.ts', 'vitest/config'],
  ])('%s may import %s', (file, from) => {
    expect(importing(file, from)).toEqual([]);
  });

  it.each([
    ['packages/sync/src/a.ts', '@pos-sync/shop'],
    ['packages/shop/src/a.ts', '@pos-sync/client'],
    ['packages/client/src/a.ts', '@pos-sync/local-server'],
    ['packages/client/src/a.ts', '@pos-sync/shop'],
    ['local-server/src/a.ts', '@pos-sync/client'],
    ['local-server/src/a.ts', '../../packages/sync/src/index.ts'],
    ['apps/entry/a.tsx', '@pos-sync/sync'],
    ['cli/src/a.ts', '../../local-server/src/settings.ts'],
    ['bench/a.ts', '../apps/entry/a.tsx'],
    ['packages/sync/src/a.ts', '../../../../elsewhere/a.ts'],
  ])('%s may not import %s', (file, from) => {
    expect(importing(file, from)).toHaveLength(1);
  });

  it('sees types, re-exports and dynamic imports too', () => {
    const text = `
      import type { A } from '@pos-sync/shop';
      export { b } from '@pos-sync/shop';
      const c = await import('@pos-sync/shop');
      type D = import('@pos-sync/shop').D;`;
    expect(found(layersPointOneWay, { 'packages/sync/src/a.ts': text })).toHaveLength(4);
  });
});

describe('purity', () => {
  it.each([
    'const now = Date.now();',
    'const chance = Math.random();',
    'const chance = Math["random"]();',
    'setTimeout(work, 1);',
    'const id = crypto.randomUUID();',
    'const { crypto: c } = globalThis;',
    'console.log(1);',
    'type When = Date;',
    'const box = { Date };',
    "import { readFileSync } from 'node:fs';",
    "import * as z from 'zod';",
  ])('refuses %s in the engine and the shop', (text) => {
    for (const part of ['sync', 'shop']) {
      expect(found(coreIsPure, { [`packages/${part}/src/a.ts`]: text })).toHaveLength(1);
    }
  });

  it.each([
    'const at = row.location + { performance: 1 }.performance;',
    'function hash(crypto: Hash) { return crypto.digest(); }',
    'const highest = Math.max(1, 2);',
    "import * as z from 'zod/mini';",
    "import { sha256 } from '@noble/hashes/sha2.js';",
  ])('accepts %s', (text) => {
    expect(found(coreIsPure, { 'packages/sync/src/a.ts': text })).toEqual([]);
  });

  it('lets tests, the hub and the file storage of devices use Node', () => {
    const text = "import { randomBytes } from 'node:crypto'; const now = Date.now();";
    const files = ['packages/sync/src/a.test.ts', 'local-server/src/a.ts'];
    for (const file of [...files, 'packages/client/src/storage/file.ts']) {
      expect(found(coreIsPure, { [file]: text })).toEqual([]);
    }
  });

  it('lets contract suites of the engine use node:crypto and nothing else of Node', () => {
    const file = 'packages/sync/src/testing/hash.ts';
    expect(found(coreIsPure, { [file]: "import { createHash } from 'node:crypto';" })).toEqual([]);
    expect(found(coreIsPure, { [file]: "import { readFileSync } from 'node:fs';" })).toHaveLength(
      1,
    );
  });

  it('keeps Node out of the rest of the client', () => {
    const text = "import { readFileSync } from 'node:fs';";
    expect(found(coreIsPure, { 'packages/client/src/a.ts': text })).toHaveLength(1);
  });
});

describe('folders', () => {
  it('refuses drawers', () => {
    expect(found(foldersAreNouns, { 'packages/shop/src/utils/a.ts': '' })).toHaveLength(1);
    expect(found(foldersAreNouns, { 'packages/shop/src/order/types/a.ts': '' })).toHaveLength(1);
  });

  it('accepts nouns, and files of any name', () => {
    expect(found(foldersAreNouns, { 'packages/shop/src/order/types.ts': '' })).toEqual([]);
  });
});

describe('opening', () => {
  it('refuses a file without a reason', () => {
    expect(found(filesOpenWithAReason, { 'a.ts': 'export const a = 1;' })).toHaveLength(1);
    expect(found(filesOpenWithAReason, { 'a.ts': '// a\nexport const a = 1;' })).toHaveLength(1);
  });

  it('accepts one with a reason, also below a shebang, and tests without', () => {
    const text = '// Orders are cut into days here, and only here.\nexport const a = 1;';
    const texts = { 'a.ts': text, 'b.mjs': `#!/usr/bin/env node\n${text}`, 'c.test.ts': 'a();' };
    expect(found(filesOpenWithAReason, texts)).toEqual([]);
  });
});

describe('size', () => {
  it('warns at 300 lines and refuses above 400, tests above 600', () => {
    const sizes = { 'a.ts': lines(301), 'b.ts': lines(401), 'c.test.ts': lines(600) };
    const findings = found(filesFitInTheHead, { ...sizes, 'd.test.ts': lines(601) });
    expect(findings).toEqual([
      '(a.ts: 301 lines: think about splitting it)',
      'b.ts:1: 401 lines, more than 400: split it by subject',
      'd.test.ts:1: 601 lines, more than 600: split it by subject',
    ]);
  });

  it('refuses functions above 70 lines, unless they only register tests', () => {
    const long = `export function long() {\n${lines(69)}}`;
    const suite = `describe('all', () => {\n${lines(80)}it('works', () => {});\n});`;
    expect(found(filesFitInTheHead, { 'a.ts': long, 'b.test.ts': suite })).toEqual([
      'a.ts:1: a function of 71 lines, more than 70: split it',
    ]);
    const short = `export function short() {\n${lines(68)}}`;
    expect(found(filesFitInTheHead, { 'a.ts': short })).toEqual([]);
  });
});

describe('leftovers', () => {
  it.each([
    '// TODO: later\nwork();',
    '/* not implemented yet */ work();',
    "export * from './a.ts';",
    "it.skip('works', () => {});",
    "describe.only('all', () => {});",
    "it.todo('works');",
    "it.skipIf(slow)('works', () => {});",
  ])('refuses %s', (text) => {
    expect(found(nothingIsLeftOver, { 'a.test.ts': text })).toHaveLength(1);
  });

  it.each([
    "export { a } from './a.ts';",
    "it.each([1])('works', () => {});",
    'list.skip(3);',
    '// Rows that were skipped are sent again.',
  ])('accepts %s', (text) => {
    expect(found(nothingIsLeftOver, { 'a.test.ts': text })).toEqual([]);
  });
});

describe('numbered rules', () => {
  const spec = '# Spec\n\n- **[S1]** First.\n- [CU12] Second, see [S1].\n';
  const tests = (...titles: string[]): string =>
    titles.map((title) => `it('${title}', () => {});`).join('\n');

  it('accepts a spec whose rules all have tests', () => {
    const texts = { 'packages/sync/SPEC.md': spec, 'a.test.ts': tests('a [S1]', 'b [CU12] [S1]') };
    expect(found(rulesAreTested, texts)).toEqual([]);
  });

  it('names a rule without a test', () => {
    const texts = { 'packages/sync/SPEC.md': spec, 'a.test.ts': tests('a [S1]') };
    expect(found(rulesAreTested, texts)).toEqual([
      'packages/sync/SPEC.md:4: rule CU12 has no test whose title carries [CU12]',
    ]);
  });

  it('names a test with an unknown rule, and a rule that is there twice', () => {
    const texts = { 'packages/sync/SPEC.md': '- [S1] a\n- [S1] b', 'a.test.ts': tests('[S1][S2]') };
    expect(found(rulesAreTested, texts)).toEqual([
      'packages/sync/SPEC.md:2: rule S1 is there twice',
      'a.test.ts:1: no rule S2 in packages/sync/SPEC.md',
    ]);
  });
});

describe('scenarios', () => {
  const rule = scenariosAreTested([13, 14, 15]);

  it('names a listed scenario without a test', () => {
    const findings = found(rule, { 'a.test.ts': "it('heals [scenario 13]', () => {});" });
    expect(findings).toHaveLength(2);
  });

  it('accepts several scenarios in one title', () => {
    const text = "it('heals [scenarios 13, 14]', () => {}); it(`at ${x} [scenario 15]`, () => {});";
    expect(found(rule, { 'a.test.ts': text })).toEqual([]);
  });
});

describe('baseline', () => {
  it('has nothing to say where there is no baseline', () => {
    expect(found(baselineIsUnedited, { 'bench/main.ts': '' })).toEqual([]);
  });

  it('refuses edited, missing and added files', () => {
    const texts = { 'bench/baseline/hub.mjs': 'edited', 'bench/baseline/more.mjs': '' };
    expect(found(baselineIsUnedited, texts)).toEqual([
      'bench/baseline/more.mjs:1: is not one of the baseline files',
      'bench/baseline/README.md:1: is missing',
      'bench/baseline/hub.mjs:1: was edited: take the original again',
      'bench/baseline/load.mjs:1: is missing',
      'bench/baseline/relay.mjs:1: is missing',
    ]);
  });
});
