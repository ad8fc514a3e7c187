// Where the programs lie that this one starts: beside it as bundles, or as sources when it runs from
// its own source.

import { existsSync } from 'node:fs';
import path from 'node:path';

import { findDataFolder } from '@pos-sync/local-server';

import { Failure } from './failure.ts';

const folder = import.meta.dirname;
const isBundle = import.meta.filename.endsWith('.js');

/** This very program, to be started once more as a child. */
export const ownProgram = isBundle ? import.meta.filename : path.join(folder, 'main.ts');

/** The hub. Throws `Failure` when it was never built. */
export function hubProgram(): string {
  const program = isBundle
    ? path.join(folder, 'hub.js')
    : path.resolve(folder, '../../local-server/src/main.ts');
  if (existsSync(program)) return program;
  throw new Failure(1, `There is no hub at ${program}.`, 'Build it with "npm run bundle".');
}

/** Where the hub keeps its data when nobody says otherwise. */
export function standardDataFolder(): string {
  return findDataFolder(folder, process.cwd());
}
