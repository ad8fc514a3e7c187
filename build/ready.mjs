// Runs before every command of this repository (as its `pre…` script): installs the dependencies
// when they are missing or the lockfile has changed, then builds the bundles the command needs.
// When there is nothing to do it says nothing and uses no network. Everything it says goes to
// stderr, because the last line on stdout belongs to the command.
//
// Usage: node build/ready.mjs [bundle…]    a name that ends in ? may be absent; sdk is the client
//                                          that the hub hands out

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { putBack } from './client-package.mjs';
import { isInstalled, root } from './install-stamp.mjs';
import { runNpm } from './npm.mjs';
import { isSdkMade } from './sdk.mjs';

const carriedNode = path.join(root, 'node_modules', '.bin', 'node');

// After a packing that was stopped half-way, everybody would get the client as it was then.
putBack(path.join(root, 'packages/client'));
if (!isInstalled()) install();
checkNode();
const wanted = new Set(process.argv.slice(2));
const making = wanted.delete('sdk') ? makeSdk() : undefined;
if (wanted.size > 0) {
  const { bundle } = await import('./bundle.mjs');
  await bundle(wanted);
}
await making;

function install() {
  console.error('Installing what this project needs (once; about 250 MB, a minute or two) …');
  const result = runNpm(['ci', '--loglevel=error', '--no-progress'], { cwd: root });
  if (result.status === 0 && isInstalled()) return;
  console.error(
    [
      '',
      'The installation did not finish; the lines above say why.',
      'It is the only step that needs internet. If this machine has none at the moment, connect it',
      'and run the same command again: once installed, nothing here needs internet any more.',
    ].join('\n'),
  );
  process.exit(1);
}

/** On the project's own Node, beside what else is made. Orders are taken without it too. */
async function makeSdk() {
  if (isSdkMade()) return;
  console.error('Making the client for programs, which the hub hands out (after changes only) …');
  const node = isNewEnough(process.versions.node) ? process.execPath : carriedNode;
  const child = spawn(node, [path.join(root, 'build/sdk.mjs')], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit').catch((error) => [error]);
  if (code === 0) return;
  console.error('It could not be made; the lines above say why. The hub runs without it.');
}

/** npm looks into node_modules/.bin first, so the Node found there is the one the command gets. */
function checkNode() {
  if (existsSync(carriedNode) || isNewEnough(process.versions.node)) return;
  console.error(
    [
      `This project needs Node 24.15 or newer, and this machine has ${process.version}.`,
      'It usually brings its own Node along; here that part is missing. Either the installation left',
      'out optional packages, or there is none for this kind of machine',
      `(${process.platform}-${process.arch}). Run "npm ci --include=optional", or install Node 26.`,
    ].join('\n'),
  );
  process.exit(1);
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 15);
}
