// The rules of the sync engine are numbered in its SPEC.md, and tests carry the numbers. A rule
// without a test is a wish; a test with an unknown number proves something nobody wrote down.

import type { Problem, Tree } from './source-tree.ts';
import { problemAt, testTitles } from './test-titles.ts';

const specFile = 'packages/sync/SPEC.md';
const ruleInSpec = /^\s*(?:[-*]|\d+\.)\s+\*{0,2}\[([A-Z]{1,3}\d+)\]/;
const ruleInTitle = /\[([A-Z]{1,3}\d+)\]/g;

export function rulesAreTested(tree: Tree): Problem[] {
  const lines = (tree.read(specFile) ?? '').split('\n');
  const rules = lines.flatMap((text, index) => {
    const id = ruleInSpec.exec(text)?.[1];
    return id === undefined ? [] : [{ id, line: index + 1 }];
  });
  const known = new Set(rules.map((rule) => rule.id));
  const titles = testTitles(tree);
  const named = titles.flatMap((title) =>
    [...title.title.matchAll(ruleInTitle)].map(([, id = '']) => ({ id, title })),
  );
  const tested = new Set(named.map(({ id }) => id));

  const inSpec = (line: number, message: string): Problem => {
    return { severity: 'error', file: specFile, line, message };
  };
  return [
    ...rules
      .filter(({ id }, index) => rules.findIndex((rule) => rule.id === id) !== index)
      .map(({ id, line }) => inSpec(line, `rule ${id} is there twice`)),
    ...rules
      .filter(({ id }) => !tested.has(id))
      .map(({ id, line }) => inSpec(line, `rule ${id} has no test whose title carries [${id}]`)),
    ...named
      .filter(({ id }) => !known.has(id))
      .map(({ id, title }) => problemAt(title, `no rule ${id} in ${specFile}`)),
  ];
}
