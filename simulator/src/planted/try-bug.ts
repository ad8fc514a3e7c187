// Plants a bug into a copy of the engine and lets the simulator look for it there. The engine itself
// has no switch for any of them.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { PlantedBug } from './bugs.ts';
import { copyWorkspace, plant, removeCopy } from './workspace-copy.ts';

export interface Search {
  readonly failed: boolean;
  /** How many seeds it took. */
  readonly seeds: number;
  /** What broke; `crash` where it was no invariant but an exception. */
  readonly invariant?: string;
  readonly message?: string;
}

// What the simulator says of its flags is partly cli's.
const packages = ['packages/sync', 'packages/shop', 'simulator', 'cli'];
const searchMs = 840_000;

/** Runs up to `seeds` histories of `swarm` against an engine that has `bug`. */
export function tryBug(bug: PlantedBug, seeds: number, swarm: string): Search {
  const copy = copyWorkspace(packages);
  try {
    plant(copy, bug.name, bug.edits);
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
    removeCopy(copy);
  }
}
