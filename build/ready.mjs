// Runs before every command of this repository (as its `pre…` script): installs the dependencies
// when they are missing or the lockfile has changed, then builds the bundles the command needs.
// When there is nothing to do it says nothing and uses no network. Everything it says goes to
// stderr, because the last line on stdout belongs to the command.
//
// Usage: node build/ready.mjs [bundle…]    a name that ends in ? may be absent

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { isInstalled, root } from './install-stamp.mjs';

if (!isInstalled()) install();
checkNode();
const wanted = process.argv.slice(2);
if (wanted.length > 0) {
  const { bundle } = await import('./bundle.mjs');
  await bundle(wanted);
}

function install() {
  console.error('Installing what this project needs (once; about 250 MB, a minute or two) …');
  const npm = process.env.npm_execpath;
  // npm keeps running on the machine's own Node: the one below node_modules is being replaced.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const command = npm === undefined ? ['npm'] : [node, npm];
  const args = [...command.slice(1), 'ci', '--loglevel=error', '--no-progress'];
  const result = spawnSync(command[0], args, { cwd: root, stdio: ['ignore', 2, 2] });
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

/** npm looks into node_modules/.bin first, so the Node found there is the one the command gets. */
function checkNode() {
  const carried = path.join(root, 'node_modules', '.bin', 'node');
  if (existsSync(carried) || isNewEnough(process.versions.node)) return;
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
