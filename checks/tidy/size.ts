// A page fits in the head. Long files and long functions are two things that were not told apart.

import { isNode, lineAt, problem, walk, type Problem, type SourceFile } from './source-tree.ts';
import type { Rule, SyntaxNode } from './source-tree.ts';
import { testCallOf } from './test-titles.ts';

const fileLinesWarn = 300;
const fileLinesMax = 400;
const testLinesMax = 600;
const functionLinesMax = 70;

export const filesFitInTheHead: Rule = (tree) =>
  tree.sources.flatMap((source) => [...fileLength(source), ...functionLengths(source)]);

function fileLength(source: SourceFile): Problem[] {
  const lines = source.text.trimEnd().split('\n').length;
  const linesMax = source.isTest ? testLinesMax : fileLinesMax;
  if (lines > linesMax) {
    return [problem(source, 0, `${lines} lines, more than ${linesMax}: split it by subject`)];
  }
  if (source.isTest || lines <= fileLinesWarn) return [];
  return [problem(source, 0, `${lines} lines: think about splitting it`, 'warning')];
}

function functionLengths(source: SourceFile): Problem[] {
  const problems: Problem[] = [];
  walk(source.program, (node) => {
    if (!isFunction(node)) return;
    const lines = lineAt(source.text, node.end) - lineAt(source.text, node.start) + 1;
    if (lines <= functionLinesMax || registersTests(node)) return;
    const message = `a function of ${lines} lines, more than ${functionLinesMax}: split it`;
    problems.push(problem(source, node.start, message));
  });
  return problems;
}

function isFunction(node: SyntaxNode): boolean {
  const isOne = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;
  return isOne.test(node.type) && isNode(node['body']);
}

/** A `describe` and a contract suite are lists of tests, not one long thought. */
function registersTests(node: SyntaxNode): boolean {
  let found = false;
  walk(node, (inner) => {
    found ||= testCallOf(inner) !== undefined;
  });
  return found;
}
