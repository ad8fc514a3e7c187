// Secrets that lie in the data folder beside the database, each in a file of its own that only the
// hub's user may read: made once, and made anew when others could have read it.

import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { full, readOnly, unreadable, type StoreProblem } from './store/problem.ts';

/** Key of the stamps: it lies beside the database, and a copy of the database does not hold it. */
export const stampKeyName = 'stamp.key';

const keyBytes = 32;
const othersMayRead = 0o077;

/**
 * The secret `name` in `folder`, made when there is none or when others could have read it. Throws
 * `StoreProblem` when it cannot be kept.
 */
export function makeSecret(folder: string, name: string): string {
  const file = path.join(folder, name);
  const existing = readSecret(folder, name);
  if (existing !== undefined && !isOpenToOthers(file)) return existing;
  const key = randomBytes(keyBytes).toString('base64url');
  const temporary = `${file}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
    if (existing === undefined) return publish(temporary, file, key);
    renameSync(temporary, file);
    return key;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw notKept(folder, file, error);
  }
}

/** Puts `text` into the file `name`, in place of what was there. Throws `StoreProblem`. */
export function keepSecret(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  const temporary = `${file}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${text}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw notKept(folder, file, error);
  }
}

/** What stopped the writing, as a problem of the disk that the orders lie on as well. */
function notKept(folder: string, file: string, error: unknown): StoreProblem {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return full(folder, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return readOnly(file, error);
    default:
      return unreadable(file, error);
  }
}

/** The secret `name` in `folder`; undefined when there is none that could have been made here. */
export function readSecret(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  const key = readFileSync(file, 'utf8').trim();
  return /^[\w-]{43}$/.test(key) ? key : undefined;
}

/** A link fails where a rename would replace: of two that start at once, both use the first key. */
function publish(temporary: string, file: string, key: string): string {
  try {
    linkSync(temporary, file);
    return key;
  } catch {
    const winner = readSecret(path.dirname(file), path.basename(file));
    if (winner !== undefined) return winner;
    renameSync(temporary, file);
    return key;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Windows has no such bits; there the folder's own rights decide. */
function isOpenToOthers(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & othersMayRead) !== 0;
}
