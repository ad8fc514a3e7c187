// Makes dist/sdk, the client for programs outside this repository: one module that browsers and Node
// load as it is, its types in one file, and the npm package of both. That takes seconds, so it is made
// again only when something that it is made of has changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { filesInside, lateModules, writeWhenChanged } from './bundle.mjs';
import { root } from './install-stamp.mjs';
import { runNpm } from './npm.mjs';

export const sdkFolder = path.join(root, 'dist/sdk');

/** What the hub hands out. */
export const servedFiles = ['client.js', 'client.d.ts', 'client.tgz'];

/** What the npm package holds. */
export const packedFiles = [
  'package.json',
  'README.md',
  'LICENSE',
  'LICENSES.txt',
  'client.js',
  'client.d.ts',
];

/** The file alone has to take an order: so the shop is in it, and both ways to keep what is saved. */
const entry = [
  '@pos-sync/client',
  '@pos-sync/client/storage/file',
  '@pos-sync/client/storage/memory',
  '@pos-sync/shop',
]
  .map((part) => `export * from '${part}';\n`)
  .join('');

const otherSources = [
  'packages/client/package.json',
  'packages/client/README.md',
  'package-lock.json',
  'LICENSE',
];
const stampFile = path.join(sdkFolder, '.made-of');

export function isSdkMade() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === madeOf();
}

/** Throws where it cannot be made; what was made before then stays. */
export async function makeSdk() {
  if (isSdkMade()) return;
  // Late, because an old Node that only asks whether there is something to make cannot read them.
  const { licencesText, licensedOf, refusals } = await import('./licences.ts');
  const { typesOf } = await import('./sdk-types.mjs');
  const stamp = madeOf();
  const [{ outputFiles, metafile }, types] = await Promise.all([compileClient(), typesOf(entry)]);
  const licensed = licensedOf(filesInside(metafile), root);
  const refused = refusals(licensed);
  if (refused.length > 0) throw new Error(refused.join('\n'));
  const licence = read('LICENSE').toString();
  const licences = licencesText(aboutLicences, licence, licensed);
  const files = {
    'package.json': `${JSON.stringify(manifest(), null, 2)}\n`,
    'README.md': read('packages/client/README.md'),
    LICENSE: licence,
    'LICENSES.txt': licences,
    // Each may travel alone.
    'client.js': `${title()}\n${outputFiles[0].text}/*\n${licences.replaceAll('*/', '* /')}*/\n`,
    'client.d.ts': `${title()}\n${types}`,
  };
  for (const name of packedFiles) {
    writeWhenChanged(path.join(sdkFolder, name), Buffer.from(files[name]));
  }
  packWithNpm();
  writeWhenChanged(stampFile, Buffer.from(stamp));
}

const aboutLicences = [
  'client.js and client.d.ts are made of POS WiFi Sync Server and of the packages below.',
  'Each part stays under its own licence.',
].join('\n');

function title() {
  const { name, version, license } = manifest();
  return `// ${name} ${version} (${license}). The licences of what is inside are at the end of client.js.`;
}

async function compileClient() {
  const { build } = await import('esbuild');
  return build({
    stdin: { contents: entry, resolveDir: path.join(root, 'local-server') },
    outfile: path.join(sdkFolder, 'client.js'),
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    // Names and lines stay: without them it would be half the size, and nobody could read an error.
    minifySyntax: true,
    // A browser has none of Node's modules, and an old Node not all.
    plugins: [lateModules(/^node:/)],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Outside, the client is one file that needs no other package. */
function manifest() {
  const { name, version, description, license } = JSON.parse(read('packages/client/package.json'));
  const file = { types: './client.d.ts', default: './client.js' };
  return {
    name,
    version,
    private: true,
    description,
    license,
    type: 'module',
    exports: { '.': file, './storage/file': file, './storage/memory': file },
    files: ['client.js', 'client.d.ts', 'LICENSES.txt'],
    engines: { node: '>=22.16' },
  };
}

/** By npm itself, so that whoever packs the client gets the very bytes that the hub hands out. */
function packWithNpm() {
  const { name, version } = manifest();
  const place = mkdtempSync(path.join(sdkFolder, '.npm-'));
  try {
    // What npm was told that started this is not about this package.
    const own = Object.entries(process.env).filter(([variable]) => !/^npm_/i.test(variable));
    const args = ['pack', '--pack-destination', place, '--loglevel=error'];
    const options = {
      cwd: sdkFolder,
      env: Object.fromEntries(own),
      stdio: ['ignore', 'ignore', 2],
    };
    const { status, error } = runNpm(args, options);
    if (status !== 0) throw new Error('npm could not pack the client.', { cause: error });
    const packed = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    renameSync(path.join(place, packed), path.join(sdkFolder, 'client.tgz'));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** A hash of every file that decides what is in it. */
function madeOf() {
  const folders = ['packages/sync/src', 'packages/shop/src', 'packages/client/src', 'build'];
  const inFolders = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.(ts|mjs)$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  const inOrder = (one, other) => (one < other ? -1 : 1);
  const hash = createHash('sha256');
  for (const file of [...inFolders.sort(inOrder), ...otherSources]) {
    hash.update(`${file}\0`).update(read(file));
  }
  return hash.digest('hex');
}

function read(file) {
  return readFileSync(path.join(root, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeSdk();
