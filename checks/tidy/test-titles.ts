// The titles of tests, and how the tests are called: rules and scenarios are proven by title.

import { isNode, problem, walk, type Problem, type SourceFile } from './source-tree.ts';
import type { SyntaxNode, Tree } from './source-tree.ts';

export type TestTitle = { title: string; source: SourceFile; start: number };

type TestCall = { modifiers: string[] };

const registrars = new Set(['it', 'test', 'describe']);

/** Also in contract suites, which are source files that register tests for an adapter. */
export function testTitles(tree: Tree): TestTitle[] {
  const titles: TestTitle[] = [];
  for (const source of tree.sources) {
    walk(source.program, (node) => {
      if (testCallOf(node) === undefined) return;
      const title = textOf((node['arguments'] as unknown[])[0]);
      if (title !== undefined) titles.push({ title, source, start: node.start });
    });
  }
  return titles;
}

/** `it('…')`, `it.each([…])('…')`, `describe.skip('…')`: the words after the first, if it is one. */
export function testCallOf(node: SyntaxNode): TestCall | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const modifiers: string[] = [];
  let callee = node['callee'];
  while (isNode(callee)) {
    if (callee.type === 'Identifier') {
      return registrars.has(String(callee['name'])) ? { modifiers } : undefined;
    }
    const { property } = callee;
    if (isNode(property)) modifiers.push(String(property['name']));
    callee = callee['object'] ?? callee['callee'] ?? callee['tag'];
  }
  return undefined;
}

/** A problem at the test that carries the title. */
export function problemAt({ source, start }: TestTitle, message: string): Problem {
  return problem(source, start, message);
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node['quasis'])) return undefined;
  const pieces = node['quasis'] as { value: { cooked: string } }[];
  return pieces.map((piece) => piece.value.cooked).join('…');
}
