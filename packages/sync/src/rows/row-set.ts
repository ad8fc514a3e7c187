// Rows by key and by subject: the hub's working set and a device's confirmed rows.

import type { HeldRow } from './held-row.ts';

/** What a layer can lie upon. */
export interface RowReader {
  find(key: string): HeldRow | undefined;
  /** The keys of a subject, in any order. */
  keysOf(subject: string): Iterable<string>;
}

const none: ReadonlySet<string> = new Set();

export class RowSet implements RowReader {
  readonly #rows = new Map<string, HeldRow>();
  readonly #keys = new Map<string, Set<string>>();

  get size(): number {
    return this.#rows.size;
  }

  find(key: string): HeldRow | undefined {
    return this.#rows.get(key);
  }

  keysOf(subject: string): ReadonlySet<string> {
    return this.#keys.get(subject) ?? none;
  }

  subjects(): IterableIterator<string> {
    return this.#keys.keys();
  }

  values(): IterableIterator<HeldRow> {
    return this.#rows.values();
  }

  put(row: HeldRow): void {
    const before = this.#rows.get(row.key);
    if (before !== undefined && before.subject !== row.subject) this.#unlist(before);
    this.#rows.set(row.key, row);
    const keys = this.#keys.get(row.subject);
    if (keys === undefined) this.#keys.set(row.subject, new Set([row.key]));
    else keys.add(row.key);
  }

  remove(key: string): HeldRow | undefined {
    const before = this.#rows.get(key);
    if (before === undefined) return undefined;
    this.#rows.delete(key);
    this.#unlist(before);
    return before;
  }

  clear(): void {
    this.#rows.clear();
    this.#keys.clear();
  }

  #unlist(row: HeldRow): void {
    const keys = this.#keys.get(row.subject);
    keys?.delete(row.key);
    if (keys?.size === 0) this.#keys.delete(row.subject);
  }
}
