// Opens the store a shop asked for, or says in a sentence why not. Nothing is created over or
// beside something that was there: an empty store where orders were is how orders get lost.

import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '@pos-sync/sync';

import type { Settings } from '../settings.ts';
import { problemOf } from './fault.ts';
import { checkTail } from './history-check.ts';
import { holdFolder } from './lock.ts';
import { isOlder, networkShareUnder, sqliteMinimum } from './medium.ts';
import { openMemory } from './memory.ts';
import {
  copyBefore,
  expectedShape,
  formatOf,
  migrate,
  migrations,
  shapeOf,
  syncFolder,
  syncToDisk,
} from './migrations.ts';
import * as problem from './problem.ts';
import { applicationId, databaseName, sidecarName } from './schema.ts';
import { sqliteStore, watchFiles } from './sqlite.ts';

export type StoreKind = Settings['store'];

/** How long to wait for another program that looks into the database, in ms. */
const lockWaitMs = 100;

/**
 * @param folder exists and belongs to the hub; not looked at for `memory`
 * @param steps tests hand in their own migrations
 * Throws `StoreProblem`.
 */
export function openStore(
  kind: StoreKind,
  folder: string,
  steps: readonly string[] = migrations,
): Store {
  checkSqlite();
  if (kind === 'memory') return openMemory();
  const file = path.join(folder, databaseName);
  return explained(file, () => {
    const share = networkShareUnder(folder);
    if (share !== undefined) throw problem.networkShare(folder, share);
    const release = holdFolder(folder);
    try {
      const store = openFile(folder, file, steps);
      const close = (): void => {
        store.close();
        release();
      };
      return { ...store, close };
    } catch (error) {
      release();
      throw error;
    }
  });
}

/**
 * A second connection that cannot write, for a worker that reads history, exports or checks. It
 * takes no lock and never holds up a commit.
 */
export function openReadOnly(folder: string): DatabaseSync {
  const file = path.join(folder, databaseName);
  return explained(file, () => {
    const db = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
    db.exec('PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF');
    return db;
  });
}

/**
 * Before the hub listens: whether the newest history is the one that was decided. All of it is read
 * in the background. Throws `StoreProblem`.
 */
export function checkNewest(folder: string): void {
  const db = openReadOnly(folder);
  try {
    checkTail(db);
  } catch (error) {
    throw storeProblem(error, folder);
  } finally {
    db.close();
  }
}

/** What is there when nobody opens it for writing, also while a hub works with it. */
export interface Examined {
  readonly seq: number;
  /** When that was decided, by the hub's calendar. */
  readonly hubTimeMs: number;
}

/**
 * Whether a hub could work with what lies in `folder`, and whether the newest history holds; nothing
 * is written. Undefined where no order was ever kept. Throws `StoreProblem`.
 */
export function examineStore(folder: string): Examined | undefined {
  const file = path.join(folder, databaseName);
  return explained(file, () => {
    if (!existsSync(file)) {
      const witness = witnessBeside(file);
      if (witness !== undefined) throw problem.missing(file, witness);
      return undefined;
    }
    inspect(file, migrations);
    const db = openReadOnly(folder);
    try {
      return checkTail(db);
    } finally {
      db.close();
    }
  });
}

/** The problem behind what `load` or `begin` threw while the hub was starting. */
export function storeProblem(error: unknown, folder: string): problem.StoreProblem {
  return explain(error, path.join(folder, databaseName));
}

function openFile(folder: string, file: string, steps: readonly string[]): Store {
  if (existsSync(file)) inspect(file, steps);
  else create(folder, file, steps);
  const db = new DatabaseSync(file, { timeout: lockWaitMs });
  try {
    configure(db);
    if (formatOf(db) < steps.length) {
      copyBefore(db, folder, steps.length);
      migrate(db, steps);
    }
    probe(db, file);
    return sqliteStore(db, watchFiles(file, `${file}-wal`));
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkSqlite(): void {
  const db = new DatabaseSync(':memory:');
  const found = String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  db.close();
  if (isOlder(found, sqliteMinimum)) throw problem.oldSqlite(found, sqliteMinimum);
}

/** Looks at what is there through a connection that cannot write, before one that can is opened. */
function inspect(file: string, steps: readonly string[]): void {
  checkHeader(file);
  const db = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
  try {
    const format = formatOf(db);
    if (format > steps.length) throw problem.tooNew(file, format, steps.length);
    if (format < 1 || shapeOf(db) !== expectedShape(steps.slice(0, format))) {
      throw problem.corrupt(file, 'its tables are not the ones this hub makes');
    }
  } finally {
    db.close();
  }
}

/** Byte positions are those of https://sqlite.org/fileformat.html, section 1.3. */
function checkHeader(file: string): void {
  if (statSync(file).size === 0) {
    const witness = witnessBeside(file);
    throw witness === undefined ? problem.emptyFile(file) : problem.missing(file, witness);
  }
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  const length = readSync(handle, header);
  closeSync(handle);
  if (length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw problem.corrupt(file, 'it does not begin like a database');
  }
  if (header.readUInt32BE(68) !== applicationId) throw problem.foreign(file);
}

/** Made under another name, so that `file` exists only as a whole database that is ours. */
function create(folder: string, file: string, steps: readonly string[]): void {
  const witness = witnessBeside(file);
  if (witness !== undefined) throw problem.missing(file, witness);
  const unfinished = `${file}.unfinished`;
  for (const ending of ['', '-journal', '-wal', '-shm']) {
    rmSync(unfinished + ending, { force: true });
  }
  const db = new DatabaseSync(unfinished);
  try {
    migrate(db, steps);
    db.exec('PRAGMA journal_mode = WAL');
  } finally {
    db.close();
  }
  syncToDisk(unfinished);
  renameSync(unfinished, file);
  syncFolder(folder);
}

/** A file that only a hub with orders leaves behind. */
function witnessBeside(file: string): string | undefined {
  const sidecar = path.join(path.dirname(file), sidecarName);
  if (existsSync(sidecar)) return sidecar;
  const wal = `${file}-wal`;
  return existsSync(wal) && statSync(wal).size > 0 ? wal : undefined;
}

function configure(db: DatabaseSync): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
  `);
}

/** Writes once and asks afterwards: a library was seen to lower `synchronous` when it wrote. */
function probe(db: DatabaseSync, file: string): void {
  const format = formatOf(db);
  db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${format}; COMMIT`);
  const { journal_mode: mode } = db.prepare('PRAGMA journal_mode').get() ?? {};
  const { synchronous } = db.prepare('PRAGMA synchronous').get() ?? {};
  if (mode !== 'wal' || synchronous !== 2) {
    const found = `journal ${String(mode)}, synchronous ${String(synchronous)}`;
    throw problem.unreadable(file, new Error(`it would not keep orders safe: ${found}`));
  }
}

function explained<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explain(error, file);
  }
}

function explain(error: unknown, file: string): problem.StoreProblem {
  return error instanceof problem.StoreProblem ? error : problemOf(error, file);
}
