// Where a replay keeps everything: a folder that goes at the end, or one that somebody wants to look
// into afterwards.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Failure } from '../failure.ts';

/** Throws `Failure` when `keep` cannot be made or holds something already. */
export function makeFolder(keep: string | undefined): { folder: string; clear: () => void } {
  if (keep === undefined) {
    const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-replay-'));
    return { folder, clear: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
  }
  const folder = path.resolve(keep);
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) return { folder, clear: () => undefined };
  } catch (error) {
    const message = `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}).`;
    throw new Failure(2, message, 'Choose another folder with --keep.', { cause: error });
  }
  const message = `${folder} is not empty: a replay starts with nothing.`;
  throw new Failure(2, message, 'Choose a new folder with --keep.');
}
