// A store with something in every table and enough pages that a flipped bit may hit each kind.

import { openStore } from '../open.ts';
import { entryAfter, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import type { Store, StoreImage } from '@pos-sync/sync';

export const sampleSeqs = 120;

/** Fills a new store in `folder`, closes it and returns what it holds. */
export function fillSample(folder: string): StoreImage {
  const store = openStore('sqlite', folder);
  store.begin(genesis);
  for (let seq = 1; seq <= sampleSeqs; seq += 1) commitSample(store, seq);
  const image = store.load();
  store.close();
  if (image === undefined) throw new Error('The sample is empty.');
  return image;
}

/** Several in a row only put rows, so that some of it is recent and some in the tables. */
export function commitSample(store: Store, seq: number): void {
  const puts = [rowAt(`order/${seq}`, seq), rowAt(`line/${seq}`, seq, `order/${seq}`)];
  const decision = seq % 9 === 0 ? '{"outcome":"ok","repeats":true}' : '{"outcome":"ok"}';
  store.commit(
    transactionOf([entryAfter(chainAt(store, seq - 1), seq, { decision })], {
      puts,
      archived: seq % 10 === 1 ? [1, 3, 5].map((back) => `order/${seq - back}`) : [],
      removed: seq % 11 === 0 ? [1, 2].map((back) => ({ key: `line/${seq - back}`, seq })) : [],
      settled: seq % 7 === 0 ? [{ id: `id${seq - 1}`, seq, decision: '{"outcome":"ok"}' }] : [],
      lastN: new Map([[`tablet-${seq % 4}`, seq]]),
      floor: Math.max(0, seq - ((seq + 9) % 20) - 40),
      receipt: seq,
      hubTimeMs: seq / 4,
    }),
  );
}

export function chainAt(store: Store, seq: number): string {
  const chain = store.find({ chains: [seq] }).chains.get(seq);
  if (chain === undefined) throw new Error(`There is no command ${seq} in the sample.`);
  return chain;
}

export function inOrder(image: StoreImage | undefined): StoreImage | undefined {
  if (image === undefined) return undefined;
  return { ...image, rows: byKey(image.rows), tombstones: byKey(image.tombstones) };
}

function byKey<T extends { readonly key: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}
