// The database of a stopped hub, read the way a hub reads it: with its checks, and rows of earlier
// days as well.

import { openStore } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { type Row, rowOf } from './row-hash.ts';
import type { Database } from './verdict.ts';

export interface ReadDatabase extends Database {
  /** When the hub decided the command with this id, in ms since 1970; undefined when it never did. */
  decidedAtMs(id: string): number | undefined;
}

const historyPage = 1_000;
const subjectsPage = 200;

/** `orders` are the orders whose rows of earlier days are wanted too. */
export function readDatabase(dataFolder: string, orders: readonly string[]): ReadDatabase {
  const store = openStore('sqlite', dataFolder);
  try {
    const image = store.load();
    if (image === undefined) {
      const message = `The hub left no orders in ${dataFolder}.`;
      throw new Failure(1, message, 'Run the replay again with --keep DIR and report it.');
    }
    const rows = image.rows.map(rowOf);
    const present = new Set(rows.map(({ key }) => key));
    const archived: Row[] = [];
    for (let from = 0; from < orders.length; from += subjectsPage) {
      const subjects = orders.slice(from, from + subjectsPage);
      for (const stored of store.find({ subjects }).rows) {
        if (!present.has(stored.key)) archived.push(rowOf(stored));
      }
    }
    const decided = new Map<string, number>();
    for (let after = 0; ;) {
      const entries = store.history(after, historyPage);
      for (const { id, decision } of entries) {
        const { hubTimeMs } = JSON.parse(decision) as { hubTimeMs: number };
        if (!decided.has(id)) decided.set(id, hubTimeMs);
      }
      after = entries.at(-1)?.seq ?? Infinity;
      if (entries.length < historyPage) break;
    }
    const epoch = image.epochs.at(-1)?.id;
    const { seq } = image.head;
    const decidedAtMs = (id: string): number | undefined => decided.get(id);
    return { name: 'the database', seq, epoch, rows, archived, decidedAtMs };
  } finally {
    store.close();
  }
}
