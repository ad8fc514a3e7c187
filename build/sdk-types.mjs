// The types of the client in one file that needs no other: what the compiler says of each source is
// rolled into one, the few types of libraries that it speaks of along with it.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { root } from './install-stamp.mjs';

const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

/** @param entry the text of a module that exports what there is */
export async function typesOf(entry) {
  const dist = path.join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(path.join(dist, 'types-'));
  try {
    writeFileSync(path.join(folder, 'client.ts'), entry);
    await declare(folder);
    return await rollUp(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `npm run check` looks for mistakes; here it would only take longer. */
async function declare(folder) {
  const packages = path.join(root, 'packages');
  const compilerOptions = {
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: folder,
    // Found by way of node_modules, they would be taken for libraries and left out.
    paths: {
      '@pos-sync/client/storage/*': [`${packages}/client/src/storage/*.ts`],
      '@pos-sync/*': [`${packages}/*/src/index.ts`],
    },
  };
  const project = path.join(folder, 'tsconfig.json');
  const base = path.join(root, 'tsconfig.json');
  const own = { extends: base, compilerOptions, include: [], files: ['client.ts'] };
  writeFileSync(project, JSON.stringify(own));
  await promisify(execFile)(process.execPath, [compiler, '--project', project]);
}

async function rollUp(folder) {
  const [{ rolldown }, { dts }] = await Promise.all([
    import('rolldown'),
    import('rolldown-plugin-dts'),
  ]);
  const client = path.join(folder, path.relative(root, folder), 'client.d.ts');
  const declarationOf = (id, from) => {
    if (id === 'zod/mini') return path.join(root, 'node_modules/zod/mini/index.d.ts');
    if (id.startsWith('@pos-sync/')) {
      const [, part, ...rest] = id.split('/');
      return path.join(folder, 'packages', part, 'src', `${rest.join('/') || 'index'}.d.ts`);
    }
    if (!id.startsWith('.') || from === undefined) return null;
    return path.resolve(path.dirname(from), id.replace(/(\.d)?\.[cm]?[jt]s$/, '.d.ts'));
  };
  const declarations = {
    name: 'declarations',
    // Before the other plugin, which would find the sources.
    resolveId: { order: 'pre', handler: declarationOf },
  };
  const rolled = await rolldown({
    input: { client },
    plugins: [declarations, dts({ dtsInput: true, tsconfig: false, generator: 'oxc' })],
  });
  const { output } = await rolled.generate({ format: 'es' });
  await rolled.close();
  const [{ code, imports }] = output;
  if (output.length > 1 || imports.length > 0) {
    throw new Error(`The types of the client do not fit into one file: ${imports.join(', ')}.`);
  }
  return code;
}
