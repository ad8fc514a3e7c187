// Writes dist/local-server: the one folder that is copied to the machine in the shop. It holds the
// hub in one file, the `pos-sync` command in another and the client for programs, and brings from the
// registry nothing but a Node. What the hub keeps in that folder, and the Node it installed there, stay as they are.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { compile, filesInside, writeWhenChanged } from './bundle.mjs';
import { root } from './install-stamp.mjs';
import { licencesText, licensedOf, refusals } from './licences.ts';
import { makeSdk, sdkFolder, servedFiles } from './sdk.mjs';

const folder = path.join(root, 'dist', 'local-server');
const aboutLicences = [
  'hub.js and pos-sync.js are made of this project and of the packages below. Each part stays under',
  'its own licence. Node.js is not in this folder; where deploy.sh installs it, its licence lies',
  'beside it in node_modules. The files in sdk bring their own.',
].join('\n');

await makeSdk();
const programs = await Promise.all(
  ['hub', 'pos-sync'].map((name) => compile(name, path.join(folder, `${name}.js`), false)),
);
const inside = programs.flatMap(({ metafile }) => filesInside(metafile));
const licensed = licensedOf(inside, root);
const refused = refusals(licensed);
if (refused.length > 0) {
  console.error(['Nothing was packed:', ...refused].join('\n'));
  process.exit(1);
}

/** What the programs point to. How it was measured, tested and spoken on the wire stays with the project. */
const notPacked = ['bench.md', 'failure-tests.md', 'protocol.md'];
const pages = readdirSync(path.join(root, 'docs')).filter((name) => !notPacked.includes(name));
const files = {
  'hub.js': programs[0].outputFiles[0].contents,
  'pos-sync.js': programs[1].outputFiles[0].contents,
  'deploy.sh': read('local-server/deploy.sh'),
  'package.json': asText(manifest()),
  'package-lock.json': asText(lockfile()),
  'LICENSES.txt': licencesText(aboutLicences, read('LICENSE').toString(), licensed),
  ...Object.fromEntries(pages.map((name) => [`docs/${name}`, read(`docs/${name}`)])),
  ...Object.fromEntries(
    servedFiles.map((name) => [`sdk/${name}`, readFileSync(path.join(sdkFolder, name))]),
  ),
};
let bytes = 0;
for (const [name, text] of Object.entries(files)) {
  const contents = Buffer.from(text);
  writeWhenChanged(path.join(folder, name), contents, name.endsWith('.sh') ? 0o755 : 0o644);
  bytes += contents.length;
  console.log(`${kilobytes(contents.length)}  ${name}`);
}
console.log(`${kilobytes(bytes)}  in ${path.relative(root, folder)}, with ${licensed.length} packages inside the programs

Copy that folder to the machine in the shop. There, in the folder:
  ./deploy.sh && npm run production`);

/** The name is how the hub knows that its data belongs beside it. */
function manifest() {
  const { name, description, license, engines, optionalDependencies } = readJson('package.json');
  const { version } = readJson('local-server/package.json');
  return {
    name,
    version,
    private: true,
    description,
    license,
    type: 'module',
    scripts: { production: 'node hub.js', 'pos-sync': 'node pos-sync.js' },
    optionalDependencies,
    engines,
  };
}

/** The part of the project's own lockfile that is about Node: the same versions and checksums. */
function lockfile() {
  const { name, version, license, engines, optionalDependencies } = manifest();
  const { packages, lockfileVersion } = readJson('package-lock.json');
  const places = Object.keys(optionalDependencies).map((each) => `node_modules/${each}`);
  return {
    name,
    version,
    lockfileVersion,
    requires: true,
    packages: {
      '': { name, version, license, optionalDependencies, engines },
      ...Object.fromEntries(places.map((place) => [place, packages[place]])),
    },
  };
}

function read(file) {
  return readFileSync(path.join(root, file));
}

function readJson(file) {
  return JSON.parse(read(file).toString());
}

function asText(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function kilobytes(count) {
  return `${(count / 1000).toFixed(1).padStart(8)} kB`;
}
