// A copy of the sources to break: what came from npm is linked, everything else is copied. A bug is
// planted there and nowhere else, so the engine needs no switch for any of them.

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

/** A piece of text that stands exactly once in a file, and what stands there instead. */
export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
const patchLinesMax = 5;

/**
 * Copies the sources of these packages, and these folders. The caller removes the copy with
 * `removeCopy`.
 */
export function copyWorkspace(
  packages: readonly string[],
  folders: readonly string[] = [],
): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'pos-sync-planted-'));
  const parts = packages.flatMap((name) => [
    path.join(name, 'src'),
    path.join(name, 'package.json'),
  ]);
  for (const part of [...parts, ...folders]) {
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  const modules = path.join(copy, 'node_modules');
  mkdirSync(path.join(modules, '@pos-sync'), { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name === '@pos-sync' || name.startsWith('.')) continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  for (const folder of packages) {
    symlinkSync(path.join(copy, folder), path.join(modules, '@pos-sync', path.basename(folder)));
  }
  return copy;
}

export function removeCopy(copy: string): void {
  rmSync(copy, { recursive: true, force: true });
}

/**
 * Makes the edits in the copy and answers how to take them back. Throws when one no longer fits the
 * sources, for then nothing was planted, or when they are longer than a patch may be.
 */
export function plant(copy: string, name: string, edits: readonly Edit[]): () => void {
  const before = new Map<string, string>();
  let lines = 0;
  for (const { file, find, replace } of edits) {
    const target = path.join(copy, file);
    const text = readFileSync(target, 'utf8');
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(`"${name}" does not fit ${file}: found ${parts.length - 1} times.`);
    }
    if (!before.has(target)) before.set(target, text);
    writeFileSync(target, parts.join(replace));
    lines += changedLines(find, replace);
  }
  if (lines > patchLinesMax) {
    throw new Error(`"${name}" changes ${lines} lines, more than ${patchLinesMax}.`);
  }
  return () => {
    for (const [target, text] of before) writeFileSync(target, text);
  };
}

function changedLines(find: string, replace: string): number {
  const kept = new Set(find.split('\n'));
  return replace.split('\n').filter((line) => line !== '' && !kept.has(line)).length;
}
