// Lets `npm pack` in packages/client make the package that the hub hands out. In this repository the
// client is its sources, and nothing has to be built before they run; everywhere else it is one file.
// npm runs this in that folder before it packs, to fill it, and afterwards, to put back what was there.

import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { makeSdk, packedFiles, sdkFolder } from './sdk.mjs';

const manifest = 'package.json';
/** As it is in the repository; it is still here after a packing that was stopped half-way. */
const kept = '.package.json';
const added = packedFiles.filter((file) => file !== manifest && file !== 'README.md');

/** The manifest last: until then, and from then on, it names files that are there. */
function fill(folder) {
  const copy = (file, as) => copyFileSync(path.join(sdkFolder, file), path.join(folder, as));
  for (const file of added) copy(file, file);
  copyFileSync(path.join(folder, manifest), path.join(folder, kept));
  copy(manifest, `${kept}.new`);
  renameSync(path.join(folder, `${kept}.new`), path.join(folder, manifest));
}

/** Nothing happens where nothing was filled. */
export function putBack(folder) {
  if (!existsSync(path.join(folder, kept))) return;
  renameSync(path.join(folder, kept), path.join(folder, manifest));
  for (const file of added) rmSync(path.join(folder, file), { force: true });
}

if (import.meta.main) {
  putBack(process.cwd());
  if (process.argv[2] === 'fill') {
    await makeSdk();
    fill(process.cwd());
  }
}
