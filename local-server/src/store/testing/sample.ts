// A store with something in every table and enough pages that a flipped bit may hit each kind.

import { openStore } from '../open.ts';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
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

export function commitSample(store: Store, seq: number): void {
  const puts = [rowAt(`order/${seq}`, seq), rowAt(`line/${seq}`, seq, `order/${seq}`)];
  const decision = seq % 9 === 0 ? '{"outcome":"ok","repeats":true}' : '{"outcome":"ok"}';
  store.commit(
    transactionOf([entryOf(seq, { decision })], {
      puts,
      archived: seq % 3 === 0 ? [`order/${seq - 2}`] : [],
      removed: seq % 5 === 0 ? [{ key: `line/${seq - 1}`, seq }] : [],
      settled: seq % 7 === 0 ? [{ id: `id${seq - 1}`, seq, decision: '{"outcome":"ok"}' }] : [],
      lastN: new Map([[`tablet-${seq % 4}`, seq]]),
      floor: Math.max(0, seq - 40),
      receipt: seq,
      hubTimeMs: seq / 4,
    }),
  );
}

export function inOrder(image: StoreImage | undefined): StoreImage | undefined {
  if (image === undefined) return undefined;
  return { ...image, rows: byKey(image.rows), tombstones: byKey(image.tombstones) };
}

function byKey<T extends { readonly key: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}
