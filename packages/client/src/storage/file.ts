// A device's storage in one SQLite file on Node: one file per device and store, its secret key in it.
// "Saved" on a screen means that the transaction here was on the disk.

import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type {
  DeviceChange,
  DeviceImage,
  JournalEntry,
  OutboxEntry,
  StoredRow,
} from '@pos-sync/sync';
import { ClientError } from '../client-error.ts';
import type { Identity } from '../identity.ts';
import { type ClientStorage, carryOver } from './beside.ts';
import { damaged, problemOf, refuseExisting, wholePath } from './file-problem.ts';
import { createDatabase, openDatabase } from './file-schema.ts';

export interface FileStorage extends ClientStorage {
  readonly identity: Identity;
}

/**
 * The whole path of a file that is still to be made. Throws `ClientError` where none can be kept, its
 * folder is not there, or something has that name: to be asked before a code is used up.
 */
export function newFile(named: string): string {
  const file = wholePath(named);
  refuseExisting(file);
  return file;
}

/**
 * Makes the file of a device that was just paired, readable by its owner alone, and opens it. Throws
 * `ClientError`; nothing that is there is written over.
 */
export function createFileStorage(file: string, identity: Identity): FileStorage {
  createDatabase(wholePath(file), identity);
  return openFileStorage(file, identity);
}

/**
 * Opens a device's file, or that of the identity it got since as a copy of another device. Where it
 * is said whose it has to be, a file of another device or store is refused. Throws `ClientError`; a
 * file that was not understood is never written to.
 */
export function openFileStorage(
  named: string,
  expected?: Pick<Identity, 'store' | 'device'>,
): FileStorage {
  const file = wholePath(named);
  const db = openDatabase(file);
  try {
    const identity = identityIn(db, file);
    if (expected !== undefined) refuseOther(file, identity, expected);
    const successor = successorIn(db, file);
    if (successor === undefined) return storageOver(db, file, identity);
    db.close();
    return openFileStorage(successor);
  } catch (error) {
    if (db.isOpen) db.close();
    throw problemOf(error, file);
  }
}

function identityIn(db: DatabaseSync, file: string): Identity {
  const found = db.prepare('SELECT * FROM identity').get();
  if (found === undefined) throw damaged(file);
  const text = (field: string): string => String(found[field]);
  return {
    store: text('store'),
    device: text('device'),
    name: text('name'),
    letter: text('letter'),
    role: text('role'),
    secretKey: text('secretKey'),
    ...bearerIn(db),
    ...vouchIn(db, file),
  };
}

function bearerIn(db: DatabaseSync): Pick<Identity, 'bearer'> {
  const bearer = db.prepare('SELECT bearer FROM token').get()?.['bearer'];
  return typeof bearer === 'string' ? { bearer } : {};
}

function vouchIn(db: DatabaseSync, file: string): Pick<Identity, 'vouch'> {
  const vouch = parsed(db.prepare('SELECT vouch FROM kin').get()?.['vouch'], file);
  return vouch === undefined ? {} : { vouch: vouch as NonNullable<Identity['vouch']> };
}

/** The name alone is kept, so that the folder may be moved. */
function successorIn(db: DatabaseSync, file: string): string | undefined {
  const name = db.prepare('SELECT successor FROM kin').get()?.['successor'];
  return typeof name === 'string' ? path.join(path.dirname(file), name) : undefined;
}

function refuseOther(
  file: string,
  identity: Identity,
  expected: Pick<Identity, 'store' | 'device'>,
): void {
  if (identity.store === expected.store && identity.device === expected.device) return;
  const whose = identity.store === expected.store ? 'another device' : 'another shop';
  const message = `${file} belongs to ${whose} (${identity.name}).`;
  throw new ClientError('OTHER_DEVICE', message, 'Choose the file of this device.');
}

function storageOver(db: DatabaseSync, file: string, identity: Identity): FileStorage {
  const statements = statementsOf(db);
  let closed = false;

  /** The connection works at once; what it throws comes as a rejection, as a sentence where known. */
  function done<Result>(run: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (closed) return reject(new ClientError('CLOSED', `${file} is closed.`));
      try {
        return resolve(run());
      } catch (error) {
        const problem = problemOf(error, file);
        return reject(problem instanceof Error ? problem : new Error(String(problem)));
      }
    });
  }

  function transaction<Result>(run: () => Result): Result {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = run();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  const self: FileStorage = {
    identity,
    load: () => done(() => loadImage(statements, file)),
    append: (commands) => done(() => transaction(() => append(statements, commands))),
    save: (change) => done(() => transaction(() => save(statements, change))),
    journal: (after, limit) =>
      done(() => statements.journal.all(after, limit).map((found) => journalEntry(found, file))),
    keepRecord: ({ name, letter, role }) =>
      done(() => void statements.setRecord.run(name, letter, role)),
    async beside(next, image) {
      const name = `${path.basename(file)}.${next.device.replaceAll(':', '_')}`;
      const fresh = createFileStorage(path.join(path.dirname(file), name), next);
      try {
        await carryOver(fresh, image, self);
        await done(() => statements.setSuccessor.run(name));
        return fresh;
      } catch (error) {
        // A disk that fails may have written all the same that this file leads there: the new one
        // stays. Nobody else ever gets its name.
        await fresh.close();
        throw error;
      }
    },
    close: () => {
      if (closed) return Promise.resolve();
      return done(() => {
        closed = true;
        db.close();
      });
    },
  };
  return self;
}

type Statements = ReturnType<typeof statementsOf>;
type Found = Readonly<Record<string, unknown>>;

function statementsOf(db: DatabaseSync) {
  const journal = 'SELECT n, id, text, answered FROM journal';
  return {
    place: db.prepare('SELECT * FROM place'),
    outbox: db.prepare('SELECT n, id, text FROM outbox ORDER BY n'),
    rows: db.prepare('SELECT key, subject, seq, text FROM rows'),
    unsettled: db.prepare(
      `${journal} WHERE outcome = 'deferred' OR (n > ? AND outcome = 'ok') ORDER BY n`,
    ),
    setRecord: db.prepare('UPDATE identity SET name = ?, letter = ?, role = ?'),
    setSuccessor: db.prepare('UPDATE kin SET successor = ?'),
    lowest: db.prepare(
      'SELECT min(n) AS n FROM (SELECT min(n) AS n FROM outbox UNION SELECT min(n) FROM journal)',
    ),
    journal: db.prepare(`${journal} WHERE n > ? ORDER BY n LIMIT ?`),
    addOutbox: db.prepare('INSERT INTO outbox VALUES (?, ?, ?)'),
    setNextN: db.prepare('UPDATE place SET nextN = ?'),
    answer: db.prepare('INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?)'),
    leaveOutbox: db.prepare('DELETE FROM outbox WHERE n = ?'),
    drop: db.prepare('DELETE FROM journal WHERE n = ?'),
    clearRows: db.prepare('DELETE FROM rows'),
    putRow: db.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)'),
    removeRow: db.prepare('DELETE FROM rows WHERE key = ?'),
    setPlace: db.prepare(
      'UPDATE place SET at = ?, lastN = ?, proof = ?, view = ?, answered = max(answered, ?)',
    ),
  };
}

function append(
  statements: Statements,
  commands: readonly { readonly id: string; readonly text: string }[],
): number[] {
  const first = Number(statements.place.get()?.['nextN']);
  const ns = commands.map((_, index) => first + index);
  for (const [index, { id, text }] of commands.entries()) {
    statements.addOutbox.run(first + index, id, text);
  }
  statements.setNextN.run(first + commands.length);
  return ns;
}

function save(statements: Statements, change: DeviceChange): void {
  let answered = 0;
  for (const entry of change.answered) {
    const { n, id, text } = entry;
    statements.leaveOutbox.run(n);
    statements.answer.run(n, id, text, entry.answered.outcome, JSON.stringify(entry.answered));
    answered = Math.max(answered, n);
  }
  for (const n of change.dropped) statements.drop.run(n);
  if (change.replace) statements.clearRows.run();
  for (const { key, subject, seq, text } of change.puts) {
    statements.putRow.run(key, subject, seq, text);
  }
  for (const key of change.removed) statements.removeRow.run(key);
  const { at, lastN, proof, view } = change;
  statements.setPlace.run(textOf(at), lastN, textOf(proof), view, answered);
}

function loadImage(statements: Statements, file: string): DeviceImage {
  const place = statements.place.get();
  if (place === undefined) throw damaged(file);
  const lastN = Number(place['lastN']);
  const lowest = statements.lowest.get()?.['n'];
  return {
    outbox: statements.outbox.all().map(outboxEntry),
    unsettled: statements.unsettled.all(lastN).map((found) => journalEntry(found, file)),
    rows: statements.rows.all().map(storedRow),
    at: parsed(place['at'], file) as DeviceImage['at'],
    lastN,
    proof: parsed(place['proof'], file) as DeviceImage['proof'],
    answered: Number(place['answered']),
    lowest: Number(lowest ?? place['nextN']),
    view: String(place['view']),
  };
}

function outboxEntry(found: Found): OutboxEntry {
  return { n: Number(found['n']), id: String(found['id']), text: String(found['text']) };
}

function journalEntry(found: Found, file: string): JournalEntry {
  const answered = parsed(found['answered'], file) as JournalEntry['answered'];
  return { ...outboxEntry(found), answered };
}

function storedRow({ key, subject, seq, text }: Found): StoredRow {
  return { key: String(key), subject: String(subject), seq: Number(seq), text: String(text) };
}

function textOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function parsed(text: unknown, file: string): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(file, error);
  }
}
