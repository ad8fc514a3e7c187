// The engine and the shop give the same answer for the same input, on every device and in every
// replay. So they touch nothing that differs between two runs: no clock, no chance, no disk, no
// page. What they need of these arrives through ports.

import { imports } from './imports.ts';
import {
  isNode,
  problem,
  walk,
  type Problem,
  type SourceFile,
  type SyntaxNode,
  type Tree,
} from './source-tree.ts';

const pureSource = /^packages\/(sync|shop)\/src\//;
const syncTesting = /^packages\/sync\/src\/testing\//;
const browserSource = /^(packages\/(sync|shop|client)|apps)\//;
const clientOnNode = /^packages\/client\/src\/storage\/file/;

const impureNames = new Set(
  [
    'Date performance crypto Temporal',
    'setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame',
    'clearTimeout clearInterval clearImmediate',
    'window document navigator location localStorage sessionStorage',
    'indexedDB WebSocket fetch Worker BroadcastChannel EventSource',
    'process Buffer global globalThis self console require',
  ].flatMap((line) => line.split(' ')),
);

export function coreIsPure(tree: Tree): Problem[] {
  const sources = tree.sources.filter((source) => !source.isTest);
  return sources.flatMap((source) => [
    ...(pureSource.test(source.file) ? impureGlobals(source) : []),
    ...refusedModules(source),
  ]);
}

function refusedModules(source: SourceFile): Problem[] {
  const { file } = source;
  return imports(source).flatMap(({ from, start }) => {
    if (from === 'zod' && browserSource.test(file)) {
      return [problem(source, start, 'a browser loads this: import zod/mini, a 20th of the size')];
    }
    const isNodeModule = from.startsWith('node:');
    const isInClient = file.startsWith('packages/client/src/') && !clientOnNode.test(file);
    const isAllowed = from === 'node:crypto' && syncTesting.test(file);
    if (!isNodeModule || isAllowed || !(pureSource.test(file) || isInClient)) return [];
    return [problem(source, start, `${from} does not exist on a device: use a port`)];
  });
}

function impureGlobals(source: SourceFile): Problem[] {
  const declared = declaredNames(source.program);
  const problems: Problem[] = [];
  const refuse = (node: SyntaxNode, name: string): void => {
    problems.push(problem(source, node.start, `${name} differs between two runs: use a port`));
  };
  walk(source.program, (node, parent, key) => {
    if (isMathRandom(node)) refuse(node, 'Math.random');
    const { name } = node;
    if (node.type !== 'Identifier' || typeof name !== 'string') return;
    if (impureNames.has(name) && !declared.has(name) && !isOnlyAName(node, parent, key)) {
      refuse(node, name);
    }
  });
  return problems;
}

function isMathRandom(node: SyntaxNode): boolean {
  const { object, property } = node;
  if (node.type !== 'MemberExpression' || !isNode(object) || !isNode(property)) return false;
  return object['name'] === 'Math' && (property['name'] ?? property['value']) === 'random';
}

/** `row.location` and `{ location: 3 }` name a field, not the browser's location. */
function isOnlyAName(node: SyntaxNode, parent: SyntaxNode | undefined, key: string): boolean {
  if (parent === undefined || parent['computed'] === true) return false;
  if (key === 'property' || key === 'key') return true;
  return (key === 'label' || key === 'elementType') && node === parent[key];
}

/** What the file itself declares or imports under such a name is its own. */
function declaredNames(program: SyntaxNode): Set<string> {
  const names = new Set<string>();
  const add = (node: unknown): void => {
    if (!isNode(node)) return;
    if (typeof node['name'] === 'string') names.add(node['name']);
    for (const inner of ['elements', 'properties']) {
      const children = node[inner];
      if (Array.isArray(children)) for (const child of children as unknown[]) add(child);
    }
    for (const inner of ['value', 'left', 'argument']) add(node[inner]);
  };
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') add(node['id']);
    if (/^Import\w*Specifier$/.test(node.type)) add(node['local']);
    if (/Function/.test(node.type) && Array.isArray(node['params'])) {
      add(node['id']);
      for (const parameter of node['params'] as unknown[]) add(parameter);
    }
  });
  return names;
}
