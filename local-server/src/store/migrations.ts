// Brings a database to the format this build knows. A migration runs in one transaction after a
// copy was made beside the database, so a crash leaves the old one or the new one, never between.

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { applicationId, firstFormat } from './schema.ts';

/** The SQL that leads from format `index` to format `index + 1`. Released ones are never edited. */
export const migrations: readonly string[] = [firstFormat];

export function formatOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

/** Runs all steps that `db` lacks, in one transaction. */
export function migrate(db: DatabaseSync, steps: readonly string[]): void {
  const from = formatOf(db);
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(from)) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Copies the database to `store-before-format-2.db` beside it and answers that path. An older copy
 * of that name stays; the new one gets a number.
 */
export function copyBefore(db: DatabaseSync, folder: string, format: number): string {
  const name = (attempt: number): string =>
    path.join(folder, `store-before-format-${format}${attempt === 1 ? '' : `-${attempt}`}.db`);
  let attempt = 1;
  while (existsSync(name(attempt))) attempt += 1;
  copyDatabase(db, name(attempt));
  return name(attempt);
}

/** A consistent copy, on the disk when this returns; `target` appears whole or not at all. */
function copyDatabase(db: DatabaseSync, target: string): void {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  db.prepare('VACUUM INTO ?').run(unfinished);
  syncToDisk(unfinished);
  renameSync(unfinished, target);
  syncFolder(path.dirname(target));
}

export function syncToDisk(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Windows has no way to sync a folder, and needs none for a rename on NTFS. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The tables and indexes as their own SQL: a flipped bit in it, or a foreign table, shows. */
export function shapeOf(db: DatabaseSync): string {
  const rows = db.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' " +
      "ESCAPE '\\' ORDER BY type, name",
  );
  return JSON.stringify(rows.all());
}

/** What `shapeOf` answers for a database that all steps have just made. */
export function expectedShape(steps: readonly string[]): string {
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, steps);
    return shapeOf(db);
  } finally {
    db.close();
  }
}
