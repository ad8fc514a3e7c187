// For trying out and for tests: the same code over a database that is gone when the hub stops.

import { DatabaseSync } from 'node:sqlite';
import type { Store } from '@pos-sync/sync';

import { migrate, migrations } from './migrations.ts';
import { sqliteStore } from './sqlite.ts';

export function openMemory(): Store {
  const db = new DatabaseSync(':memory:');
  migrate(db, migrations);
  return sqliteStore(db);
}
