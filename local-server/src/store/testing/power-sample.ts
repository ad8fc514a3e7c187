// What is committed while the power is cut: the same in the process that commits and in the test
// that knows what must be there afterwards.

import { createHash } from 'node:crypto';

import { canonicalJson, type Store } from '@pos-sync/sync';
import { entryAfter, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';

import { openStore } from '../open.ts';
import { chainAt, inOrder } from './sample.ts';

/** So many and so large that the log is copied over twice while the store is open. */
export const powerCommits = 190;
export const commitsBeforeRestart = 95;
const rowBytes = 12_000;
const bodyBytes = 5_000;
const orders = 7;

/** Something in every table: new rows and changed ones, archived, removed, settled ones. */
export function commitLarge(store: Store, seq: number): void {
  const order = { ...rowAt(`order/${seq % orders}`, seq), text: filled(seq, rowBytes) };
  const decision = seq % 9 === 0 ? '{"outcome":"ok","repeats":true}' : '{"outcome":"ok"}';
  const changed = { decision, body: filled(seq, bodyBytes) };
  store.commit(
    transactionOf([entryAfter(chainAt(store, seq - 1), seq, changed)], {
      puts: [order, rowAt(`line/${seq}`, seq, 'lines')],
      archived: seq % 6 === 0 ? [`line/${seq - 2}`, `line/${seq - 5}`] : [],
      removed: seq % 10 === 0 ? [{ key: `line/${seq - 1}`, seq }] : [],
      settled: seq % 7 === 0 ? [{ id: `id${seq - 1}`, seq, decision: '{"outcome":"ok"}' }] : [],
      lastN: new Map([[`tablet-${seq % 4}`, seq]]),
      floor: Math.max(0, seq - (seq % 10) - 40),
      receipt: seq,
      hubTimeMs: seq / 4,
    }),
  );
}

/** JSON of about so many bytes, of which every stretch is unlike every other. */
function filled(seq: number, bytes: number): string {
  let text = '';
  for (let part = 0; text.length < bytes; part += 1) {
    text += createHash('sha256').update(`${seq}.${part}`).digest('base64');
  }
  return JSON.stringify({ seq, text });
}

/** What a store holds, log and all, in a few bytes; index is its seq. */
export function fingerprints(): readonly string[] {
  const store = openStore('memory', '');
  store.begin(genesis);
  const found = [fingerprint(store)];
  for (let seq = 1; seq <= powerCommits; seq += 1) {
    commitLarge(store, seq);
    found.push(fingerprint(store));
  }
  store.close();
  return found;
}

export function fingerprint(store: Store): string {
  const image = inOrder(store.load());
  const hash = createHash('sha256');
  const lastN = Object.fromEntries(image?.lastN ?? []);
  hash.update(canonicalJson({ lastN }));
  hash.update(JSON.stringify({ ...image, lastN: undefined }));
  for (const entry of store.history(0, powerCommits)) hash.update(JSON.stringify(entry));
  return hash.digest('hex');
}
