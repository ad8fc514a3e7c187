// A storage seen by one process of several: when that process closes it, only its own door closes.
// Lets a test open the same storage in memory again.

import type { DeviceStorage } from '@pos-sync/sync';

export function forgettingClose(storage: DeviceStorage): DeviceStorage {
  let closed = false;
  const whileOpen = <Result>(run: () => Promise<Result>): Promise<Result> =>
    closed ? Promise.reject(new Error('closed')) : run();
  return {
    load: () => whileOpen(() => storage.load()),
    append: (commands) => whileOpen(() => storage.append(commands)),
    save: (change) => whileOpen(() => storage.save(change)),
    journal: (after, limit) => whileOpen(() => storage.journal(after, limit)),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
