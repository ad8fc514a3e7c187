// Folders are nouns of the shop or of the box. A drawer named after nothing fills with everything.

import type { Problem, Tree } from './source-tree.ts';

const drawers = new Set(
  'utils util common shared scripts types helpers helper lib misc services managers models'.split(
    ' ',
  ),
);

export function foldersAreNouns(tree: Tree): Problem[] {
  return tree.files.flatMap((file) => {
    const drawer = file
      .split('/')
      .slice(0, -1)
      .find((folder) => drawers.has(folder));
    if (drawer === undefined) return [];
    const message = `"${drawer}" says nothing about what is in it: a thing lives with its owner`;
    return [{ severity: 'error' as const, file, line: 1, message }];
  });
}
