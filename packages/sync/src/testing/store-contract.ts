// What every store must do, whoever writes it. An adapter's own test is a few lines: it says how to
// open an empty store and how to open the same one again after the process has ended.

import { array, assert, nat, property } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import type { Answer, EpochSpan, Store, StoreImage } from '../ports/store.ts';
import { checkAgainstModel } from './store-model.ts';
import { refusals, values } from './store-refusals.ts';
import { entryOf, genesis, rowAt, transactionOf } from './store-samples.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** The same history as a new process would find it; closes the store before, if need be. */
  reopen(): Store;
  /** Takes everything away again. */
  dispose(): void;
}

/**
 * @param open makes a new, empty store each time
 * @param runs how many random histories are compared with the model
 */
export function storeContract(name: string, open: () => StoreUnderTest, runs = 40): void {
  describe(`${name} keeps the contract of a store`, () => {
    const opened: StoreUnderTest[] = [];
    const fresh = (): StoreUnderTest => {
      const under = open();
      opened.push(under);
      return under;
    };
    const begun = (): StoreUnderTest => {
      const under = fresh();
      under.store.begin(genesis);
      return under;
    };
    afterEach(() => {
      for (const under of opened.splice(0)) under.dispose();
    });

    beginning(fresh, begun);
    entries(begun);
    rows(begun);
    refusals(fresh, begun);
    values(begun);

    it('agrees with a simple model over random histories', () => {
      const check = (seeds: readonly number[]): void => {
        const under = open();
        try {
          checkAgainstModel(under, seeds);
        } finally {
          under.dispose();
        }
      };
      const seeds = array(nat(), { minLength: 1, maxLength: 15 });
      assert(property(seeds, check), { numRuns: runs });
    });
  });
}

type Opening = () => StoreUnderTest;

function beginning(fresh: Opening, begun: Opening): void {
  it('holds nothing at first', () => {
    const { store } = fresh();
    expect(store.load()).toBeUndefined();
    expect(store.find({ ids: ['a'], subjects: ['s'], chains: [0, 1] })).toEqual(nothing());
    expect(store.history(0, 10)).toEqual([]);
  });

  it('holds an empty history after it has begun', () => {
    const under = begun();
    const image: StoreImage = {
      store: genesis.store,
      epochs: [{ ...genesis.epoch, beganAt: 0, endedAt: undefined }],
      head: { seq: 0, chain: genesis.chain },
      floor: 0,
      receipt: 0,
      day: '',
      hubTimeMs: 0,
      rows: [],
      tombstones: [],
      lastN: new Map(),
    };
    expect(under.store.load()).toEqual(image);
    expect(under.reopen().load()).toEqual(image);
  });

  it('keeps a whole commit over a restart', () => {
    const under = begun();
    const settled = [{ id: 'old', seq: 2, decision: '{"outcome":"ok"}' }];
    const first = transactionOf([entryOf(1), entryOf(2)], {
      puts: [rowAt('order/a', 1), rowAt('order/b', 2)],
      lastN: new Map([['tablet', 2]]),
      settled,
      floor: 1,
      receipt: 7,
      day: '2026-11-22',
      hubTimeMs: 1_795_000_000_000.25,
    });
    under.store.commit(first);
    const expected = under.store.load();
    expect(expected).toMatchObject({ head: first.head, floor: 1, receipt: 7, day: '2026-11-22' });
    expect(expected).toMatchObject({ hubTimeMs: first.hubTimeMs, lastN: first.lastN });
    const again = under.reopen();
    expect(again.load()).toEqual(expected);
    expect(again.history(0, 10)).toEqual(first.entries);
  });

  it('replaces the list of epochs only when one is given', () => {
    const { store } = begun();
    const epochs: EpochSpan[] = [
      { ...genesis.epoch, beganAt: 0, endedAt: 1 },
      { number: 2, id: 'second', beganAt: 1, endedAt: undefined },
    ];
    store.commit(transactionOf([entryOf(1)], { epochs }));
    store.commit(transactionOf([entryOf(2)]));
    expect(store.load()?.epochs).toEqual(epochs);
  });

  it('takes a transaction without entries when the head stays', () => {
    const { store } = begun();
    store.commit(transactionOf([entryOf(1)]));
    const head = { seq: 1, chain: entryOf(1).chain };
    store.commit(transactionOf([], { head, receipt: 3, lastN: new Map([['tablet', 40]]) }));
    expect(store.load()).toMatchObject({ head, receipt: 3, lastN: new Map([['tablet', 40]]) });
  });
}

function entries(begun: Opening): void {
  const logged = [entryOf(1, { n: 5 }), entryOf(2, { n: 2 }), entryOf(3, { device: 'phone' })];

  it('finds entries by id and by slot, each once and in seq order', () => {
    const { store } = begun();
    store.commit(transactionOf(logged));
    const slots = [
      { device: 'tablet', n: 5 },
      { device: 'tablet', n: 3 },
    ];
    const answer = store.find({ ids: ['id3', 'id1', 'id1', 'none'], slots });
    expect(answer.entries).toEqual([logged[0], logged[2]]);
  });

  it('answers a repeated id with its original, and the repeat only by its slot', () => {
    const { store } = begun();
    const decision = '{"hubTimeMs":1,"outcome":"ok","repeats":true}';
    const repeat = entryOf(4, { id: 'id1', decision });
    store.commit(transactionOf(logged));
    store.commit(transactionOf([repeat, entryOf(5, { n: 50, id: 'id1', decision })]));
    expect(store.find({ ids: ['id1'] }).entries).toEqual([logged[0]]);
    expect(store.find({ slots: [{ device: 'tablet', n: 4 }] }).entries).toEqual([repeat]);
  });

  it('is not fooled by a message that speaks of repeats', () => {
    const { store } = begun();
    const decision = JSON.stringify({ outcome: 'rejected', message: 'he said "repeats":true' });
    const entry = entryOf(1, { decision });
    store.commit(transactionOf([entry]));
    expect(store.find({ ids: ['id1'] }).entries).toEqual([entry]);
  });

  it('answers the latest settlement of what it finds', () => {
    const { store } = begun();
    const late = { id: 'id2', seq: 3, decision: '{"outcome":"ok"}' };
    const early = { id: 'id2', seq: 2, decision: '{"outcome":"deferred"}' };
    store.commit(transactionOf(logged.slice(0, 2), { settled: [early] }));
    store.commit(transactionOf(logged.slice(2), { settled: [late] }));
    expect(store.find({ ids: ['id1', 'id2', 'id3'] }).settled).toEqual([late]);
    expect(store.find({ slots: [{ device: 'tablet', n: 2 }] }).settled).toEqual([late]);
  });

  it('knows the chain after each seq it has', () => {
    const { store } = begun();
    store.commit(transactionOf(logged));
    const chains = new Map([
      [0, genesis.chain],
      [2, logged[1]?.chain],
    ]);
    expect(store.find({ chains: [2, 0, 4, -1] }).chains).toEqual(chains);
  });

  it('pages through its history', () => {
    const { store } = begun();
    store.commit(transactionOf(logged));
    expect(store.history(0, 2)).toEqual(logged.slice(0, 2));
    expect(store.history(2, 2)).toEqual(logged.slice(2));
    expect(store.history(3, 2)).toEqual([]);
  });
}

function rows(begun: Opening): void {
  it('replaces a row that is put again, whatever its subject was', () => {
    const { store } = begun();
    store.commit(transactionOf([entryOf(1)], { puts: [rowAt('order/a', 1, 'first')] }));
    store.commit(transactionOf([entryOf(2)], { puts: [rowAt('order/a', 2, 'second')] }));
    expect(store.load()?.rows).toEqual([rowAt('order/a', 2, 'second')]);
    expect(store.find({ subjects: ['first', 'second'] }).rows).toHaveLength(1);
  });

  it('keeps a mark of a removed row until the floor passes it or the row comes back', () => {
    const { store } = begun();
    const puts = [rowAt('order/a', 1), rowAt('order/b', 1), rowAt('order/c', 1)];
    store.commit(transactionOf([entryOf(1)], { puts }));
    const removed = ['order/a', 'order/b'].map((key) => ({ key, seq: 2 }));
    store.commit(transactionOf([entryOf(2)], { removed }));
    expect(keysOf(store.load()?.rows)).toEqual(['order/c']);
    expect(keysOf(store.load()?.tombstones)).toEqual(['order/a', 'order/b']);
    store.commit(transactionOf([entryOf(3)], { puts: [rowAt('order/a', 3)] }));
    expect(store.load()?.tombstones).toEqual([{ key: 'order/b', seq: 2 }]);
    store.commit(transactionOf([entryOf(4)], { floor: 2 }));
    expect(store.load()?.tombstones).toEqual([]);
  });

  it('takes archived rows out of the working set and finds them still', () => {
    const under = begun();
    const puts = ['order/a', 'line/a1'].map((key) => rowAt(key, 1, 'order-a'));
    under.store.commit(transactionOf([entryOf(1)], { puts: [...puts, rowAt('menu/x', 1)] }));
    const archived = ['order/a', 'line/a1', 'unknown/key'];
    under.store.commit(transactionOf([entryOf(2)], { archived, floor: 2 }));
    const store = under.reopen();
    expect(keysOf(store.load()?.rows)).toEqual(['menu/x']);
    expect(store.load()?.tombstones).toEqual([]);
    expect(byKey(store.find({ subjects: ['order-a', 'order-a'] }).rows)).toEqual(byKey(puts));
  });

  it('takes an archived row back when put, archives it again, and lets it go for good', () => {
    const { store } = begun();
    const archived = ['order/a'];
    const both = { puts: [rowAt('order/a', 1, 's')], archived };
    store.commit(transactionOf([entryOf(1)], both));
    expect(store.load()?.rows).toEqual([]);
    store.commit(transactionOf([entryOf(2)], { puts: [rowAt('order/a', 2, 't')] }));
    expect(store.load()?.rows).toEqual([rowAt('order/a', 2, 't')]);
    expect(store.find({ subjects: ['s', 't'] }).rows).toEqual([rowAt('order/a', 2, 't')]);
    store.commit(transactionOf([entryOf(3)], { archived }));
    expect(store.find({ subjects: ['s', 't'] }).rows).toEqual([rowAt('order/a', 2, 't')]);
    store.commit(transactionOf([entryOf(4)], { removed: [{ key: 'order/a', seq: 4 }] }));
    expect(store.find({ subjects: ['s', 't'] }).rows).toEqual([]);
    expect(store.load()?.tombstones).toEqual([{ key: 'order/a', seq: 4 }]);
  });
}

function nothing(): Answer {
  return { entries: [], settled: [], rows: [], chains: new Map() };
}

function keysOf(records: readonly { readonly key: string }[] = []): readonly string[] {
  return records.map(({ key }) => key).sort();
}

function byKey<T extends { readonly key: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}
