// A copy of what a clone of this repository would hold, without anything that was installed or
// built here: what a shop gets on a new machine.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Returns the folder of the copy; whoever asked for it removes it. */
export function freshCopy(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'fresh-copy-'));
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  for (const file of listed.split('\0')) {
    const from = path.join(root, file);
    if (file !== '' && existsSync(from)) cpSync(from, path.join(copy, file));
  }
  return copy;
}

/** The PATH of a person's shell: without the Node that npm put in front for this test. */
export function plainPath(): string {
  const parts = (process.env['PATH'] ?? '').split(path.delimiter);
  return parts.filter((part) => !part.includes('node_modules')).join(path.delimiter);
}
