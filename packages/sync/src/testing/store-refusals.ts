// What a store must refuse whole, and what it must give back unchanged.

import { expect, it } from 'vitest';

import { StoreFault, type LogEntry, type StoreTransaction } from '../ports/store.ts';
import type { StoreUnderTest } from './store-contract.ts';
import { entryOf, genesis, rowAt, transactionOf } from './store-samples.ts';

type Opening = () => StoreUnderTest;

export function refusals(fresh: Opening, begun: Opening): void {
  const before = transactionOf([entryOf(1)], {
    puts: [rowAt('order/a', 1)],
    lastN: new Map([['tablet', 1]]),
  });
  const other = { puts: [rowAt('order/a', 9), rowAt('order/b', 9)], lastN: new Map([['x', 1]]) };
  const half = '\ud83c';
  const cases: Record<string, StoreTransaction> = {
    'an id that is logged': transactionOf([entryOf(2, { id: 'id1' })], other),
    'an id twice': transactionOf([entryOf(2), entryOf(3, { id: 'id2' })], other),
    'a slot that is logged': transactionOf([entryOf(2, { n: 1 })], other),
    'a slot twice': transactionOf([entryOf(2), entryOf(3, { n: 2 })], other),
    'a seq that leaves a gap': transactionOf([entryOf(3)], other),
    'a seq that is taken': transactionOf([entryOf(1, { id: 'new', n: 9 })], other),
    'seqs in disorder': transactionOf([entryOf(3), entryOf(2)], other),
    'a head that is not the last entry': transactionOf([entryOf(2)], {
      ...other,
      head: { seq: 2, chain: 'another' },
    }),
    'a moved head without entries': transactionOf([], { head: { seq: 2, chain: 'another' } }),
    'a row that is put and removed': transactionOf([entryOf(2)], {
      ...other,
      removed: [{ key: 'order/b', seq: 2 }],
    }),
    'half an emoji in a row': transactionOf([entryOf(2)], {
      puts: [rowAt('order/b', 2), { ...rowAt('order/a', 2), text: `{"note":"${half}"}` }],
    }),
    'half an emoji in an entry': transactionOf([entryOf(2, { body: half })], other),
    'a time that is no number': transactionOf([entryOf(2)], { ...other, hubTimeMs: Number.NaN }),
  };

  it.each(Object.entries(cases))('refuses %s and stays as it was', (_, transaction) => {
    const under = begun();
    under.store.commit(before);
    const image = under.store.load();
    expect(faultKind(() => under.store.commit(transaction))).toBe('value');
    expect(under.store.load()).toEqual(image);
    const { entries, chains } = under.store.find({ ids: ['id2', 'id3'], chains: [2, 3] });
    expect([entries, chains]).toEqual([[], new Map()]);
    under.store.commit(transactionOf([entryOf(2)], { puts: [rowAt('order/b', 2)] }));
    const store = under.reopen();
    expect(
      store
        .load()
        ?.rows.map(({ key }) => key)
        .sort(),
    ).toEqual(['order/a', 'order/b']);
    expect(store.history(0, 9)).toEqual([entryOf(1), entryOf(2)]);
  });

  it('refuses to begin twice, and to commit before it has begun', () => {
    const { store } = fresh();
    expect(faultKind(() => store.commit(before))).toBe('value');
    store.begin(genesis);
    store.commit(before);
    expect(faultKind(() => store.begin({ ...genesis, store: 'other' }))).toBe('value');
    expect(store.load()).toMatchObject({ store: genesis.store, head: before.head });
  });
}

export function values(begun: Opening): void {
  const texts: Record<string, string> = {
    'a megabyte': JSON.stringify({ note: 'ä'.repeat(1_000_000) }),
    emoji: JSON.stringify({ note: '👩🏽‍🍳🍜 ‏עברית‎' }),
    'an escaped zero and half an emoji': JSON.stringify({ note: 'a\0b \ud83c' }),
    'every control character': JSON.stringify(
      Array.from({ length: 0xa0 }, (_, code) => String.fromCodePoint(code)).join(''),
    ),
    'numbers as they were written': '{"a":1.0,"b":1e2,"c":-0,"d":12345678901234567890}',
    'quotes of SQL': JSON.stringify({ note: `'; DROP TABLE log; --"` }),
  };

  it.each(Object.entries(texts))('gives back %s', (_, text) => {
    const under = begun();
    const row = { ...rowAt('order/é🍜', 1), text };
    const entry: LogEntry = entryOf(1, { body: text });
    under.store.commit(transactionOf([entry], { puts: [row] }));
    const store = under.reopen();
    expect(store.load()?.rows).toEqual([row]);
    expect(store.find({ ids: ['id1'] }).entries).toEqual([entry]);
  });

  it('gives back the largest numbers', () => {
    const under = begun();
    const n = Number.MAX_SAFE_INTEGER;
    const lastN = new Map([['tablet', n]]);
    under.store.commit(transactionOf([entryOf(1, { n })], { lastN, receipt: n, hubTimeMs: 0.1 }));
    expect(under.reopen().load()).toMatchObject({ lastN, receipt: n, hubTimeMs: 0.1 });
  });
}

function faultKind(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreFault) return error.kind;
    throw error;
  }
  return 'no fault';
}
