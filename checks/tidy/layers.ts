// Which part may import which. The arrows are the ones in ARCHITECTURE.md; everything that is not
// an arrow is refused, so that the engine never learns about restaurants and screens never learn
// about disks.

import path from 'node:path';

import { imports, type Import } from './imports.ts';
import { problem, type Problem, type SourceFile, type Tree } from './source-tree.ts';

const anything = ['sync', 'shop', 'client', 'local-server', 'cli', 'simulator', 'e2e', 'bench'];

/** Left may import right, nothing else. */
const arrows: Record<string, readonly string[]> = {
  sync: [],
  client: ['sync'],
  shop: ['sync'],
  'local-server': ['sync', 'shop'],
  apps: ['client', 'shop'],
  cli: ['local-server', 'client', 'shop', 'simulator'],
  simulator: anything,
  e2e: anything,
  bench: anything,
  checks: [],
  build: [],
};

/** They look inside the parts they exercise; everybody else comes in by the package's front door. */
const mayLookInside = new Set(['simulator', 'e2e', 'bench']);

export function layersPointOneWay(tree: Tree): Problem[] {
  return tree.sources.flatMap((source) => {
    const part = partOf(source.file);
    return part === undefined ? [] : imports(source).flatMap((found) => judge(source, part, found));
  });
}

function judge(source: SourceFile, part: string, found: Import): Problem[] {
  const target = targetOf(source.file, found.from);
  const refuse = (message: string): Problem[] => [problem(source, found.start, message)];
  if (target === undefined) return refuse(`${found.from} leaves the project`);
  const isByPath = found.from.startsWith('.');
  if (target === 'npm' || (target === part && (isByPath || found.from.startsWith('@')))) return [];
  if (target !== part && !(arrows[part] ?? []).includes(target)) {
    return refuse(`${part} may not import ${target}: there is no such arrow`);
  }
  if (isByPath && !mayLookInside.has(part)) {
    return refuse(`${part} reaches into ${target} by path: import @pos-sync/${target}`);
  }
  return [];
}

/** The part of the project a file belongs to; undefined for files at the root. */
function partOf(file: string): string | undefined {
  const [first = '', second] = file.split('/');
  const part = first === 'packages' ? second : first;
  return part !== undefined && part in arrows ? part : undefined;
}

/** The part an import leads to, `npm` for libraries and Node's own modules. */
function targetOf(file: string, from: string): string | undefined {
  if (from.startsWith('@pos-sync/')) return from.split('/')[1];
  if (!from.startsWith('.')) return 'npm';
  return partOf(path.posix.join(path.posix.dirname(file), from));
}
