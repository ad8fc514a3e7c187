import { deviceStorageContract } from '@pos-sync/sync/testing';

import { createMemoryStorage } from './memory.ts';
import { forgettingClose } from '../testing/forgetting-close.ts';

// Memory ends with its process: what a "new process" finds is the same memory, still open.
deviceStorageContract(
  'The storage in memory',
  () => {
    const storage = createMemoryStorage();
    return Promise.resolve({
      storage: forgettingClose(storage),
      reopen: () => Promise.resolve(storage),
      dispose: () => Promise.resolve(),
    });
  },
  300,
);
