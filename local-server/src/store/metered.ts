// A store whose commits are counted and timed, for whoever watches the hub.

import { type FaultKind, type LogEntry, type Store, StoreFault } from '@pos-sync/sync';

export interface Meter {
  committed(tookMs: number, entries: readonly LogEntry[]): void;
  refused(kind: FaultKind): void;
}

export function meteredStore(store: Store, meter: Meter): Store {
  return {
    load: () => store.load(),
    begin: (genesis) => store.begin(genesis),
    find: (question) => store.find(question),
    history: (after, limit) => store.history(after, limit),
    close: () => store.close(),
    commit(transaction) {
      const beganMs = performance.now();
      try {
        store.commit(transaction);
      } catch (error) {
        if (error instanceof StoreFault) meter.refused(error.kind);
        throw error;
      }
      meter.committed(performance.now() - beganMs, transaction.entries);
    },
  };
}
