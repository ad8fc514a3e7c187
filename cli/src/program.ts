// Where the programs lie that this one starts: beside it as bundles, or as sources when it runs from
// its own source.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { findDataFolder } from '@pos-sync/local-server';

import { Failure } from './failure.ts';

const folder = import.meta.dirname;
const isBundle = import.meta.filename.endsWith('.js');

/** This very program, to be started once more as a child. */
export const ownProgram = isBundle ? import.meta.filename : path.join(folder, 'main.ts');

/** The hub. Throws `Failure` when it cannot be built, or never was. */
export function hubProgram(): string {
  buildHub();
  const program = isBundle
    ? path.join(folder, 'hub.js')
    : path.resolve(folder, '../../local-server/src/main.ts');
  if (existsSync(program)) return program;
  throw new Failure(1, `There is no hub at ${program}.`, 'Build it with "npm run bundle".');
}

let isBuilt = false;

/** Where npm runs this in a clone, the hub is made of the sources as they are now; once is enough. */
export function buildHub(): void {
  const ready = path.resolve(folder, '../build/ready.mjs');
  const isOurs = process.env['npm_lifecycle_event'] === 'pos-sync' && isBundle;
  if (isBuilt || !isOurs || !existsSync(ready)) return;
  const { status } = spawnSync(process.execPath, [ready, 'hub', 'sdk'], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    const message = 'The hub could not be built; the lines above say why.';
    throw new Failure(1, message, 'Mend that, then run the same command again.');
  }
  isBuilt = true;
}

/** Where the hub keeps its data when nobody says otherwise. */
export function standardDataFolder(): string {
  return findDataFolder(folder, process.cwd());
}
