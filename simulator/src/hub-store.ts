// The hub's store on a simulated disk: a log of transactions, each synced before commit returns.

import { type Store, StoreFault, type StoreTransaction } from '@pos-sync/sync';
import { MemoryStore } from '@pos-sync/sync/testing/memory-store';
import { DiskFault, type SimDisk } from './disk.ts';

type Genesis = Parameters<Store['begin']>[0];
export type HubRecord = { readonly genesis: Genesis } | { readonly transaction: StoreTransaction };

/** Opens what lies on `disk`. Throws nothing: a torn end is not there. */
export function openHubStore(disk: SimDisk<HubRecord>): Store {
  const memory = new MemoryStore();
  for (const record of disk.read()) {
    if ('genesis' in record) memory.begin(record.genesis);
    else memory.commit(record.transaction);
  }
  return {
    load: () => memory.load(),
    find: (question) => memory.find(question),
    history: (after, limit) => memory.history(after, limit),
    close: () => memory.close(),
    begin(genesis) {
      write(disk, { genesis });
      memory.begin(genesis);
    },
    commit(transaction) {
      if (disk.isFull) throw new StoreFault('busy', 'The disk is full.');
      memory.commit(transaction);
      write(disk, { transaction: frozen(transaction) });
    },
  };
}

/** Maps and lists of a batch may change after the commit; what is on disk may not. */
function frozen(transaction: StoreTransaction): StoreTransaction {
  return {
    ...transaction,
    entries: [...transaction.entries],
    archived: [...transaction.archived],
    settled: [...transaction.settled],
    lastN: new Map(transaction.lastN),
  };
}

function write(disk: SimDisk<HubRecord>, record: HubRecord): void {
  try {
    disk.append(record);
    disk.sync();
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error;
    const kind = error.kind === 'full' ? 'busy' : 'broken';
    throw new StoreFault(kind, error.message, { cause: error });
  }
}
