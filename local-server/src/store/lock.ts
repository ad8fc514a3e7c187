// Only one hub may work with a data folder. The proof is an empty second SQLite file held in an
// exclusive transaction: the system lets go of it when the process ends, however it ends, and no
// stale lock can keep a shop closed. Nobody else in this process may open or copy that file, since
// POSIX drops a process's locks on a file with the first handle it closes.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { primaryCode, problemOf, sqliteCode } from './fault.ts';
import { brokenLock, locked } from './problem.ts';
import { addressName, lockName } from './schema.ts';

/** Whoever only looks is through with it long before; a second hub hears of the first at once enough. */
const lookedAtMs = 250;

/** Returns the function that lets go. Throws `StoreProblem`. */
export function holdFolder(folder: string): () => void {
  const file = path.join(folder, lockName);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: lookedAtMs });
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
      throw locked(folder, readListening(folder)?.address);
    if (code === sqliteCode.notADatabase || code === sqliteCode.corrupt) {
      throw brokenLock(file, error);
    }
    throw problemOf(error, file);
  }
}

/** Whether a hub works with `folder` now. For other programs than the hub. */
export function isFolderHeld(folder: string): boolean {
  const file = path.join(folder, lockName);
  if (!existsSync(file)) return false;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    db.exec('SELECT 1 FROM sqlite_schema');
    return false;
  } catch (error) {
    return primaryCode(error) === sqliteCode.busy;
  } finally {
    db?.close();
  }
}

/** Where a hub listens, and the number of its process. */
export interface Listening {
  readonly address: string;
  readonly pid: number | undefined;
}

/** Only for the hub that holds `folder`. A help for people: no hub stops when it cannot be kept. */
export function keepAddress(folder: string, address: string): void {
  try {
    writeFileSync(path.join(folder, addressName), `${address}\n${process.pid}\n`);
  } catch {
    forgetAddress(folder);
  }
}

/** Only for a hub that holds no lock. */
export function forgetOwnAddress(folder: string): void {
  if (readListening(folder)?.pid === process.pid) forgetAddress(folder);
}

function forgetAddress(folder: string): void {
  try {
    rmSync(path.join(folder, addressName), { force: true });
  } catch {
    // It misleads nobody for longer than until the next hub listens.
  }
}

/** What the hub that works with `folder` said, or one that was killed there. */
export function readListening(folder: string): Listening | undefined {
  try {
    const [address = '', pid = ''] = readFileSync(path.join(folder, addressName), 'utf8').split(
      '\n',
    );
    if (!/^[\w.:[\]-]{1,64}$/.test(address)) return undefined;
    return { address, pid: /^\d{1,10}$/.test(pid) ? Number(pid) : undefined };
  } catch {
    return undefined;
  }
}
