import { storeContract } from '@pos-sync/sync/testing';

import { openMemory } from './memory.ts';

storeContract('SQLite in memory', () => {
  const store = openMemory();
  // Memory ends with its process: what can be opened again is the same connection.
  return { store, reopen: () => store, dispose: () => store.close() };
});
