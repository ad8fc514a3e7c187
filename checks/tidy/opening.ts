// Whoever opens a file should know after two lines why it exists.

import { problem, type Problem, type Tree } from './source-tree.ts';

const lettersMin = 30;

export function filesOpenWithAReason(tree: Tree): Problem[] {
  return tree.sources.flatMap((source) => {
    if (source.isTest) return [];
    const opening = source.text.replace(/^#!.*\n/, '');
    const isComment = opening.startsWith('//') || opening.startsWith('/*');
    const said = source.comments[0]?.value ?? '';
    const next = source.comments[1]?.value ?? '';
    if (isComment && said.length + next.length >= lettersMin) return [];
    return [problem(source, 0, 'open the file with a comment that says why it exists')];
  });
}
