// Where a replay keeps everything: a folder that goes at the end, or one that somebody wants to look
// into afterwards.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
    if (isEmptyFolder(folder)) return { folder, clear: () => undefined };
  } catch (error) {
    throw new Failure(2, whyNot(folder, error), 'Choose another folder with --keep.', {
      cause: error,
    });
  }
  const message = `${folder} is not empty: a replay starts with nothing.`;
  throw new Failure(2, message, 'Choose a new folder with --keep.');
}

/** Makes it when it is not there. Only the last part of the path: a typing mistake is not a folder. */
function isEmptyFolder(folder: string): boolean {
  if (!existsSync(folder)) mkdirSync(folder);
  return readdirSync(folder).length === 0;
}

function whyNot(folder: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTDIR') return `${folder} is a file, or lies in one.`;
  const parent = path.dirname(folder);
  if (!existsSync(parent)) return `${folder} cannot be made: there is no ${parent}.`;
  return `${folder} cannot be used (${code}).`;
}
