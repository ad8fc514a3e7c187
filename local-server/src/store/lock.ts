// Only one hub may work with a data folder. The proof is an empty second SQLite file held in an
// exclusive transaction: the system lets go of it when the process ends, however it ends, and no
// stale lock can keep a shop closed. Nobody else in this process may open or copy that file, since
// POSIX drops a process's locks on a file with the first handle it closes.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { primaryCode, problemOf, sqliteCode } from './fault.ts';
import { brokenLock, locked } from './problem.ts';
import { addressName, lockName } from './schema.ts';

/** Returns the function that lets go. Throws `StoreProblem`. */
export function holdFolder(folder: string): () => void {
  const file = path.join(folder, lockName);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    // What a hub that was killed left behind.
    forgetAddress(folder);
    return () => {
      forgetAddress(folder);
      held.close();
    };
  } catch (error) {
    db?.close();
    const code = primaryCode(error);
    if (code === sqliteCode.busy || code === sqliteCode.locked)
      throw locked(folder, readAddress(folder));
    if (code === sqliteCode.notADatabase || code === sqliteCode.corrupt) {
      throw brokenLock(file, error);
    }
    throw problemOf(error, file);
  }
}

/** Only for the hub that holds `folder`. A help for people: no hub stops when it cannot be kept. */
export function keepAddress(folder: string, address: string): void {
  try {
    writeFileSync(path.join(folder, addressName), `${address}\n`);
  } catch {
    forgetAddress(folder);
  }
}

function forgetAddress(folder: string): void {
  try {
    rmSync(path.join(folder, addressName), { force: true });
  } catch {
    // It misleads nobody for longer than until the next hub listens.
  }
}

function readAddress(folder: string): string | undefined {
  try {
    const address = readFileSync(path.join(folder, addressName), 'utf8').trim();
    return /^[\w.:[\]-]{1,64}$/.test(address) ? address : undefined;
  } catch {
    return undefined;
  }
}
