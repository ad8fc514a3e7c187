// What a file imports: plain, re-exported, dynamic and type-only imports alike.

import { isNode, walk, type SourceFile } from './source-tree.ts';

export type Import = { from: string; start: number };

const kinds = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

export function imports(source: SourceFile): Import[] {
  const found: Import[] = [];
  walk(source.program, (node) => {
    if (!kinds.has(node.type) || !isNode(node['source'])) return;
    const from = node['source']['value'];
    if (typeof from === 'string') found.push({ from, start: node.start });
  });
  return found;
}
