import { expect, it } from 'vitest';

import { MemoryStore } from './memory-store.ts';
import { storeContract } from './store-contract.ts';
import { entryOf, genesis, rowAt, transactionOf } from './store-samples.ts';

storeContract(
  'The store in plain JavaScript',
  () => {
    let store = new MemoryStore();
    const reopen = (): MemoryStore => {
      store = store.clone();
      return store;
    };
    return { store, reopen, dispose: () => undefined };
  },
  300,
);

it('keeps a clone apart from its original', () => {
  const store = new MemoryStore();
  store.begin(genesis);
  store.commit(transactionOf([entryOf(1)], { puts: [rowAt('order/a', 1)] }));
  const before = store.load();
  const clone = store.clone();
  store.commit(transactionOf([entryOf(2)], { removed: [{ key: 'order/a', seq: 2 }] }));
  expect(clone.load()).toEqual(before);
  clone.commit(transactionOf([entryOf(2, { id: 'other' })]));
  expect(store.history(1, 9)).toEqual([entryOf(2)]);
});
