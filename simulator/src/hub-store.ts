// The hub's store on a simulated disk: a log of transactions. Writing one and making it durable are
// two steps here, so that the power can go in between.

import { type Store, StoreFault, type StoreTransaction } from '@pos-sync/sync';
import { MemoryStore } from '@pos-sync/sync/testing/memory-store';
import { DiskFault, type SimDisk } from './disk.ts';

type Genesis = Parameters<Store['begin']>[0];
export type HubRecord = { readonly genesis: Genesis } | { readonly transaction: StoreTransaction };

export interface HubStore extends Store {
  /** Checks and writes; it counts once `sync` came back. Throws `StoreFault`, and then nothing did. */
  write(transaction: StoreTransaction): void;
  /** Throws `StoreFault` when nobody knows what is on the disk now. */
  sync(): void;
}

/** Opens what lies on `disk`. Throws nothing: a torn end is not there. */
export function openHubStore(
  disk: SimDisk<HubRecord>,
  /** Commands that this store cannot take in, whatever the reason. */
  unfit: ReadonlySet<string> = new Set(),
): HubStore {
  const memory = new MemoryStore();
  for (const record of disk.read()) {
    if ('genesis' in record) memory.begin(record.genesis);
    else memory.commit(record.transaction);
  }
  const put = (transaction: StoreTransaction): void => {
    if (disk.isFull) throw new StoreFault('busy', 'The disk is full.');
    if (holdsUnfit(transaction, unfit)) {
      throw new StoreFault('value', 'The store cannot take this: the value is too large.');
    }
    memory.commit(transaction);
    attempt(() => disk.append({ transaction: frozen(transaction) }));
  };
  const sync = (): void => attempt(() => disk.sync());
  return {
    load: () => memory.load(),
    find: (question) => memory.find(question),
    history: (after, limit) => memory.history(after, limit),
    close: () => memory.close(),
    begin(genesis) {
      attempt(() => disk.append({ genesis }));
      sync();
      memory.begin(genesis);
    },
    commit(transaction) {
      put(transaction);
      sync();
    },
    write: put,
    sync,
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

/** A command that does not fit in may be recorded as refused, and in no other way. */
function holdsUnfit({ entries, settled }: StoreTransaction, unfit: ReadonlySet<string>): boolean {
  if (unfit.size === 0) return false;
  if (settled.some(({ id }) => unfit.has(id))) return true;
  return entries.some(({ id, decision }) => unfit.has(id) && !decision.includes('STORE_REFUSED'));
}

function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error;
    const kind = error.kind === 'full' ? 'busy' : 'broken';
    throw new StoreFault(kind, error.message, { cause: error });
  }
}
