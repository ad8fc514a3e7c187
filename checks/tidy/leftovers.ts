// What must not be committed: promises to do something later, tests that do not run, and exports
// that nobody chose.

import { problem, walk, type Problem, type SourceFile, type Tree } from './source-tree.ts';
import { testCallOf } from './test-titles.ts';

const promise = /\b(TODO|FIXME|XXX|HACK|WIP)\b|\bplaceholder\b|\bnot (yet )?implemented\b/i;
const notRunning = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf']);

export function nothingIsLeftOver(tree: Tree): Problem[] {
  return tree.sources.flatMap((source) => [...promises(source), ...nodes(source)]);
}

function promises(source: SourceFile): Problem[] {
  return source.comments
    .filter((comment) => promise.test(comment.value))
    .map((comment) => problem(source, comment.start, 'a comment promises something: do it now'));
}

function nodes(source: SourceFile): Problem[] {
  const problems: Problem[] = [];
  walk(source.program, (node, _parent, key) => {
    if (node.type === 'ExportAllDeclaration') {
      problems.push(problem(source, node.start, 'name what is exported instead of export *'));
    }
    const modifier = testCallOf(node)?.modifiers.find((word) => notRunning.has(word));
    if (modifier !== undefined && key !== 'callee') {
      problems.push(problem(source, node.start, `.${modifier}: every committed test runs`));
    }
  });
  return problems;
}
