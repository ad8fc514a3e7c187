// What a device's file looks like inside: how it is made, and how one that is found is looked over
// before it is used. Nothing here ever writes over a file that was not understood.

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ClientError } from '../client-error.ts';
import type { Identity } from '../identity.ts';
import { damaged, foreign, problemOf, refuseExisting, refuseMissing } from './file-problem.ts';

/** `POSd` in ASCII: stands in the header of every file of ours. */
const applicationId = 0x504f5364;
const version = 1;

/**
 * Who speaks for this identity, and the file of the identity that came after it; and what a program
 * may send instead of signing. Files from before there was such a thing get the tables when opened.
 */
const kin = `CREATE TABLE IF NOT EXISTS kin (
  one INTEGER PRIMARY KEY CHECK (one = 1), vouch TEXT, successor TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS token (
  one INTEGER PRIMARY KEY CHECK (one = 1), bearer TEXT NOT NULL
) STRICT;`;

const schema = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
  CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL, device TEXT NOT NULL,
    name TEXT NOT NULL, letter TEXT NOT NULL, role TEXT NOT NULL, secretKey TEXT NOT NULL
  ) STRICT;
  ${kin}
  CREATE TABLE place (
    one INTEGER PRIMARY KEY CHECK (one = 1), nextN INTEGER NOT NULL, answered INTEGER NOT NULL,
    lastN INTEGER NOT NULL, at TEXT, proof TEXT, view TEXT NOT NULL
  ) STRICT;
  CREATE TABLE outbox (n INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE TABLE journal (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL,
    outcome TEXT NOT NULL, answered TEXT NOT NULL
  ) STRICT;
  CREATE INDEX deferred ON journal (n) WHERE outcome = 'deferred';
  CREATE TABLE rows (
    key TEXT PRIMARY KEY, subject TEXT NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO place VALUES (1, 1, 0, 0, NULL, NULL, '');
`;

/** Makes the file whole under another name first: it is there completely or not at all. */
export function createDatabase(file: string, identity: Identity): void {
  refuseExisting(file);
  try {
    createWhole(file, identity);
  } catch (error) {
    throw problemOf(error, file);
  }
}

function createWhole(file: string, identity: Identity): void {
  const unborn = `${file}.new`;
  rmSync(unborn, { force: true });
  closeSync(openSync(unborn, 'wx', 0o600));
  const db = new DatabaseSync(unborn);
  try {
    db.exec(`BEGIN; ${schema}`);
    const { store, device, name, letter, role, secretKey, vouch, bearer } = identity;
    const insert = db.prepare('INSERT INTO identity VALUES (1, ?, ?, ?, ?, ?, ?)');
    insert.run(store, device, name, letter, role, secretKey);
    const speaks = vouch === undefined ? null : JSON.stringify(vouch);
    db.prepare('INSERT INTO kin VALUES (1, ?, NULL)').run(speaks);
    if (bearer !== undefined) db.prepare('INSERT INTO token VALUES (1, ?)').run(bearer);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
  refuseExisting(file);
  renameSync(unborn, file);
  syncFolder(path.dirname(file));
}

/** The new name itself must survive a power cut. Windows knows no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** An own connection to a device's file that was found whole; throws `ClientError` otherwise. */
export function openDatabase(file: string): DatabaseSync {
  refuseMissing(file);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    check(db, file);
    makeDurable(db, file);
    // Files from before copies were told apart have none.
    db.exec(`${kin} INSERT OR IGNORE INTO kin VALUES (1, NULL, NULL)`);
    return db;
  } catch (error) {
    db?.close();
    throw problemOf(error, file);
  }
}

function check(db: DatabaseSync, file: string): void {
  const ours = numberOf(db, 'application_id') === applicationId;
  if (!ours) throw foreign(file);
  const found = numberOf(db, 'user_version');
  if (found !== version) {
    const message = `${file} was written by another version of this app (${found}).`;
    throw new ClientError('OTHER_VERSION', message, 'Start that version, or update this one.');
  }
  if (valueOf(db, 'quick_check') !== 'ok') throw damaged(file);
}

/**
 * One program at a time, and every commit on the disk before it is answered. What `synchronous` says
 * before the first write in WAL mode can be untrue, so it is asked after one. What is deleted is
 * overwritten: an older app may have saved what must not lie on a disk.
 */
function makeDurable(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA secure_delete = ON');
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('UPDATE place SET nextN = nextN');
  if (valueOf(db, 'journal_mode') === 'wal' && numberOf(db, 'synchronous') === 2) return;
  const message = `${file} lies on a disk that cannot promise to keep what is saved.`;
  throw new ClientError('NOT_DURABLE', message, 'Put it on a local disk of this machine.');
}

function valueOf(db: DatabaseSync, pragma: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
}

function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(valueOf(db, pragma));
}
