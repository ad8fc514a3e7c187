// What stands in the way of a device's file, as a person reads it: a code, a sentence and what to do
// instead of the words of the system or of the database. The file itself is left as it is.

import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import * as sqlite from 'node:sqlite';
import { ClientError } from '../client-error.ts';

/**
 * The whole path of a file that was named; throws `ClientError` for what is no name, and where no
 * file can be kept at all. Whole, because the database would take `:memory:` and `file:…` for
 * something else than files.
 */
export function wholePath(file: unknown): string {
  refuseWithoutDatabase();
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return path.resolve(file);
  const name = typeof file === 'string' ? JSON.stringify(file) : typeof file;
  const fix = 'Say where the file of this device is, for example kiosk.device.';
  throw new ClientError('BAD_FILE_NAME', `This is not the name of a file: ${name}.`, fix);
}

/**
 * In one file with all else, this module is loaded where Node's own are missing or too old: `backup`
 * is as old as `isTransaction`, without which a failed transaction would be left open.
 */
function refuseWithoutDatabase(): void {
  if ('backup' in sqlite) return;
  const message = 'This program runs where it can keep no file: in a browser, or on an old Node.';
  const fix = 'In a browser use createMemoryStorage; elsewhere start it on Node 22.16 or newer.';
  throw new ClientError('NO_FILES_HERE', message, fix);
}

/** Throws `ClientError` unless nothing at all has this name, in a folder that is there. */
export function refuseExisting(file: string): void {
  if (!isThere(file)) return;
  const fix = 'Open that file, or choose another name; nothing was changed.';
  throw new ClientError('FILE_EXISTS', `There is a file already at ${file}.`, fix);
}

/** Throws `ClientError` unless a file has this name. */
export function refuseMissing(file: string): void {
  if (isThere(file)) return;
  const fix = 'Pair this device first; if it was paired before, put its file back.';
  throw new ClientError('NO_FILE', `There is no device file at ${file}.`, fix);
}

/** Whether a file has this name; throws `ClientError` where none can be looked for or put. */
function isThere(file: string): boolean {
  try {
    if (!statSync(file).isDirectory()) return true;
  } catch (error) {
    if (!isMissing(error)) throw problemOf(error, file);
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      const fix = 'Plug in the disk it leads to, or choose another name; nothing was changed.';
      throw new ClientError('DEAD_LINK', `${file} is a link to what is not there.`, fix);
    }
    if (statSync(path.dirname(file), { throwIfNoEntry: false }) === undefined) throw noFolder(file);
    return false;
  }
  const fix = `Name a file in it, for example ${path.join(file, 'kiosk.device')}.`;
  throw new ClientError('FOLDER_INSTEAD', `${file} is a folder, not a file.`, fix);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What an error of the system or of SQLite means to a person; all others stay what they are. */
export function problemOf(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof ClientError) return error;
  const problem =
    'errcode' in error
      ? sqliteProblems.get(Number(error.errcode) & 0xff)
      : systemProblems.get('code' in error ? error.code : undefined);
  return problem?.(file, error) ?? error;
}

type ProblemWith = (file: string, cause?: unknown) => ClientError;

/** By the first byte of SQLite's result codes. */
const sqliteProblems = new Map<number, ProblemWith>([
  [5, inUse],
  [8, notAllowed],
  [11, damaged],
  [13, diskFull],
  // A file that is there and cannot be opened, or that none can be made beside.
  [14, notAllowed],
  [26, foreign],
]);

const systemProblems = new Map<unknown, ProblemWith>([
  ['ENOTDIR', noFolder],
  // The folder is there: so says a folder of the system's own, such as /proc, that takes no file.
  ['ENOENT', notAllowed],
  ['EACCES', notAllowed],
  ['EPERM', notAllowed],
  ['EROFS', notAllowed],
  ['ENOSPC', diskFull],
  ['EDQUOT', diskFull],
]);

function inUse(file: string, cause?: unknown): ClientError {
  const fix = 'Close that program; one device is one program.';
  return new ClientError('FILE_IN_USE', `Another program has ${file} open.`, fix, { cause });
}

function notAllowed(file: string, cause?: unknown): ClientError {
  const message = `This program may not read and write ${file} and its folder.`;
  const fix = 'Give its user the right to both, or choose another folder; nothing was changed.';
  return new ClientError('NOT_ALLOWED', message, fix, { cause });
}

function diskFull(file: string, cause?: unknown): ClientError {
  const fix = 'Make room on it, then try again.';
  return new ClientError('DISK_FULL', `The disk that holds ${file} is full.`, fix, { cause });
}

function noFolder(file: string, cause?: unknown): ClientError {
  const message = `There is no folder ${path.dirname(file)}.`;
  const fix = 'Plug in the disk it is on, make that folder, or choose another one.';
  return new ClientError('NO_FOLDER', message, fix, { cause });
}

export function foreign(file: string, cause?: unknown): ClientError {
  const fix = 'Check the name; nothing was changed.';
  return new ClientError('FOREIGN_FILE', `${file} is not the file of a device.`, fix, { cause });
}

/** A text in the file that is no longer what was written. */
export function damaged(file: string, cause?: unknown): ClientError {
  const message = `The file ${file} is damaged; it was left as it is.`;
  const fix = 'Keep a copy of it, and ask a manager to let this device in again.';
  return new ClientError('DAMAGED_FILE', message, fix, { cause });
}
