// Plants a bug into a copy of the engine and lets the simulator look for it there. The engine itself
// has no switch for any of them.

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlantedBug } from './bugs.ts';

export interface Search {
  readonly failed: boolean;
  /** How many seeds it took. */
  readonly seeds: number;
  /** What broke; `crash` where it was no invariant but an exception. */
  readonly invariant?: string;
  readonly message?: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
const linesMax = 5;
const searchMs = 840_000;

/** Runs up to `seeds` histories of `swarm` against an engine that has `bug`. */
export function tryBug(bug: PlantedBug, seeds: number, swarm: string): Search {
  const copy = mkdtempSync(path.join(tmpdir(), 'pos-sync-planted-'));
  try {
    copyWorkspace(copy);
    plant(copy, bug);
    const main = path.join(copy, 'simulator/src/main.ts');
    const flags = ['--seeds', String(seeds), '--swarm', swarm, '--json', '--no-shrink'];
    const ran = spawnSync(process.execPath, [main, ...flags], {
      encoding: 'utf8',
      timeout: searchMs,
    });
    const line = ran.stdout.trim().split('\n').at(-1) ?? '';
    if (!line.startsWith('{')) throw new Error(`The search did not run: ${ran.stderr}`);
    return JSON.parse(line) as Search;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Sources are copied; everything that came from npm is linked. */
function copyWorkspace(copy: string): void {
  const packages = ['packages/sync', 'packages/shop', 'simulator'];
  for (const folder of packages) {
    cpSync(path.join(root, folder, 'src'), path.join(copy, folder, 'src'), { recursive: true });
    cpSync(path.join(root, folder, 'package.json'), path.join(copy, folder, 'package.json'));
  }
  const modules = path.join(copy, 'node_modules');
  mkdirSync(path.join(modules, '@pos-sync'), { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name === '@pos-sync' || name.startsWith('.')) continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  for (const folder of packages) {
    const name = path.basename(folder);
    symlinkSync(path.join(copy, folder), path.join(modules, '@pos-sync', name));
  }
}

/** Throws when the patch no longer fits the engine: then the bug was not planted. */
function plant(copy: string, bug: PlantedBug): void {
  let lines = 0;
  for (const { file, find, replace } of bug.edits) {
    const target = path.join(copy, file.startsWith('packages/') ? '' : 'packages/sync/src', file);
    const parts = readFileSync(target, 'utf8').split(find);
    if (parts.length !== 2) {
      throw new Error(`"${bug.name}" does not fit ${file}: found ${parts.length - 1} times.`);
    }
    writeFileSync(target, parts.join(replace));
    const kept = new Set(find.split('\n'));
    lines += replace.split('\n').filter((line) => line !== '' && !kept.has(line)).length;
  }
  if (lines > linesMax)
    throw new Error(`"${bug.name}" changes ${lines} lines, more than ${linesMax}.`);
}
