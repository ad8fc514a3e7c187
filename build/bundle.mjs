// Puts each program into one file: the hub then starts in a tenth of the time and takes half the
// memory of the same code run from its sources.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { root } from './install-stamp.mjs';

const programs = {
  hub: 'local-server/src/main.ts',
  'pos-sync': 'cli/src/main.ts',
};

/**
 * Modules of Node are looked for when the file runs. Node 20 has no node:sqlite: an ordinary import
 * would fail before the program can say why.
 */
export function lateModules(filter) {
  return {
    name: 'late-modules',
    setup(build) {
      build.onResolve({ filter }, ({ path: module }) => ({ path: module, namespace: 'late' }));
      build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path: module }) => ({
        contents: `module.exports = globalThis.process?.getBuiltinModule?.('${module}') ?? {};`,
      }));
    },
  };
}

/** Builds the named programs into dist/. A name that ends in ? is left out when it has no source. */
export async function bundle(names) {
  for (const wanted of names) {
    const name = wanted.replace(/\?$/, '');
    if (existsSync(path.join(root, programs[name]))) {
      const { outputFiles } = await compile(name, path.join(root, 'dist', `${name}.js`), 'linked');
      for (const file of outputFiles) writeWhenChanged(file.path, file.contents);
    } else if (!wanted.endsWith('?')) {
      console.error(`There is no program "${name}": ${programs[name]} does not exist.`);
      process.exit(1);
    }
  }
}

/** Esbuild's own answer: nothing is written yet, and its metafile says whose code is inside. */
export async function compile(name, outfile, sourcemap) {
  const { build } = await import('esbuild');
  return build({
    entryPoints: [path.join(root, programs[name])],
    outfile,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    // Old enough that an old Node can read the file, and then say that it is too old.
    target: 'node20',
    plugins: [lateModules(/^node:sqlite$/)],
    sourcemap,
    sourcesContent: false,
    // A tenth smaller; lines and names stay as they are for whoever reads an error.
    minifySyntax: true,
    // Nobody reads the stack of a command that ends in a sentence.
    minifyWhitespace: name === 'pos-sync',
    legalComments: 'none',
    // A copy that stopped half-way is told by its lack (local-server/src/process/whole-program.ts).
    footer: { js: '// Here the program ends.' },
    logLevel: 'warning',
    // Libraries written as CommonJS expect these three names.
    banner: {
      js: [
        "import { createRequire as createRequireOfBundle } from 'node:module';",
        'const require = createRequireOfBundle(import.meta.url);',
        'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
      ].join('\n'),
    },
  }).catch(() => process.exit(1));
}

/** Only what is left of a file counts: most of what is imported is not needed and is left out. */
export function filesInside({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

/** A running hub may be reading the old file, and a read-only disk is fine when nothing changed. */
export function writeWhenChanged(file, contents, mode = 0o644) {
  if (existsSync(file) && readFileSync(file).equals(contents)) return;
  const temporary = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(temporary, contents, { mode });
  renameSync(temporary, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle(Object.keys(programs).map((name) => `${name}?`));
}
