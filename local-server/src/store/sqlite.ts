// The store over one SQLite connection. The same code serves the file and the memory; what differs
// is where the connection leads and what must be watched between commits.

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreFault, type Store } from '@pos-sync/sync';

import { faultOf } from './fault.ts';
import { knownPlaces } from './known-places.ts';
import { readingOf } from './reading.ts';
import { writingOf } from './writing.ts';

/** About 4 MiB of log beside the database; copying it over takes a few milliseconds. */
const walPagesMax = 1_000;
/** So many commits pass before the length of the log is looked at again. */
const commitsPerLook = 16;

/**
 * @param db holds the present schema and belongs to the store from here on
 * @param watch called after each commit and before it is answered; throws when the files are no
 * longer those that were opened
 */
export function sqliteStore(db: DatabaseSync, watch: () => void = () => undefined): Store {
  const reading = readingOf(db);
  const places = knownPlaces(reading);
  const writing = writingOf(db, reading, places);
  const tidyUp = checkpointing(db);
  let broken: StoreFault | undefined;

  /** What broke once stays broken: a handle that met an I/O error may lie about what it holds. */
  const guarded = <T>(run: () => T): T => {
    if (broken !== undefined) throw broken;
    try {
      return run();
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'broken') broken = fault;
      throw fault;
    }
  };

  return {
    load: () => guarded(() => reading.load()),
    begin: (genesis) => guarded(() => writing.begin(genesis)),
    find: (question) =>
      guarded(() => {
        const answer = reading.find(question);
        if (question.ids !== undefined) places.asked(question.ids, answer.entries);
        return answer;
      }),
    commit: (transaction) => {
      guarded(() => {
        writing.commit(transaction);
        watch();
      });
      // Durable already: a fault of the checkpoint is the next call's business.
      broken = tidyUp();
    },
    history: (after, limit) => guarded(() => reading.history(after, limit)),
    close: () => db.close(),
  };
}

/**
 * SQLite's own checkpoint swallows I/O errors, so it is done here, where one stops the hub. A full
 * disk or a reader in the way only puts it off.
 */
function checkpointing(db: DatabaseSync): () => StoreFault | undefined {
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const copy = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  let commits = 0;
  return () => {
    commits += 1;
    if (commits % commitsPerLook !== 0) return undefined;
    try {
      if (Number(look.get()?.['log']) >= walPagesMax) copy.get();
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'broken') return fault;
    }
    return undefined;
  };
}

/**
 * Notices that somebody deleted or replaced a file under the open connection: commits would go to
 * a file that nobody finds again. Two stats, 3 µs.
 */
export function watchFiles(...files: readonly string[]): () => void {
  const opened = files.map((file) => [file, statSync(file).ino] as const);
  return () => {
    for (const [file, inode] of opened) {
      if (statSync(file, { throwIfNoEntry: false })?.ino !== inode) {
        throw new StoreFault('broken', `${file} was deleted or replaced while the hub ran.`);
      }
    }
  };
}
