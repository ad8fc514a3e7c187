// How the tables lie. Rows of the working set and rows of closed days have a table each: start,
// catch-up and every upsert then touch only today, however many years lie beside it, and no flag
// or partial index can make a row of today disappear. Every record carries a checksum over all its
// other columns, because SQLite's own checks look at structure and not at what people ordered.
//
// A commit writes to two tables only, both at their end: its entries to `log`, and its rows and
// position as one record to `recent`. All other tables lag behind and are brought up to date every
// few hundred commands (see folding.ts); `head.seq` says how far they are.

/** Stands in the file's header, so that a database of another program is told apart. "POSW". */
export const applicationId = 0x504f_5357;

export const databaseName = 'store.db';
export const lockName = 'hub.lock';
/** Where the hub that holds the lock listens, for whoever is refused. */
export const addressName = 'hub.address';
/** Written by the backup of the store's position; beside an absent database it bears witness. */
export const sidecarName = 'sidecar.json';

/** Format 1. Never edited after a release: a change is a new step in `migrations.ts`. */
export const firstFormat = `
  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    store TEXT NOT NULL,
    genesis TEXT NOT NULL,
    epochs TEXT NOT NULL,
    seq INTEGER NOT NULL,
    chain TEXT NOT NULL,
    floor INTEGER NOT NULL,
    receipt INTEGER NOT NULL,
    day TEXT NOT NULL,
    hub_time_ms REAL NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    n INTEGER NOT NULL,
    id TEXT NOT NULL,
    repeats INTEGER NOT NULL,
    body TEXT NOT NULL,
    salt TEXT NOT NULL,
    rows_hash TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    decision TEXT NOT NULL,
    chain TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE log_id (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE log_slot (
    device TEXT NOT NULL,
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (device, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE recent (
    number INTEGER PRIMARY KEY,
    about TEXT NOT NULL,
    texts TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE settlement (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    decision TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE last_n (
    device TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE row (
    key TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    seq INTEGER NOT NULL,
    text TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX row_subject ON row (subject);

  CREATE TABLE archived_row (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    text TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (subject, key)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX archived_row_key ON archived_row (key);

  CREATE TABLE tombstone (
    key TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
