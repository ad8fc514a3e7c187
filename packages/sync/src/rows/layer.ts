// Writes laid over rows that stay as they are: a batch that is not committed, a device's commands
// that are not answered. Layers lie on layers; the topmost write wins.

import type { HeldRow } from './held-row.ts';
import type { RowReader } from './row-set.ts';

/** The row put, or null where the row was removed. */
export type Write = HeldRow | null;

export class Layer implements RowReader {
  readonly #below: RowReader;
  readonly writes = new Map<string, Write>();
  /** Keys written so far, by the subject they were written for. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(below: RowReader) {
    this.#below = below;
  }

  find(key: string): HeldRow | undefined {
    const write = this.writes.get(key);
    return write === undefined ? this.#below.find(key) : (write ?? undefined);
  }

  keysOf(subject: string): Iterable<string> {
    const written = this.#keys.get(subject);
    const below = this.#below.keysOf(subject);
    if (written === undefined) return below;
    const keys = new Set(below);
    for (const key of written) {
      if (this.writes.get(key)?.subject === subject) keys.add(key);
      else keys.delete(key);
    }
    return keys;
  }

  put(row: HeldRow): void {
    const before = this.find(row.key);
    if (before !== undefined && before.subject !== row.subject) this.#list(before.subject, row.key);
    this.writes.set(row.key, row);
    this.#list(row.subject, row.key);
  }

  remove(key: string): void {
    const before = this.find(key);
    if (before === undefined) return;
    this.writes.set(key, null);
    this.#list(before.subject, key);
  }

  /** Takes over all writes of a layer that lies on this one. */
  absorb(upper: Layer): void {
    for (const [key, write] of upper.writes) {
      if (write === null) this.remove(key);
      else this.put(write);
    }
  }

  #list(subject: string, key: string): void {
    const keys = this.#keys.get(subject);
    if (keys === undefined) this.#keys.set(subject, new Set([key]));
    else keys.add(key);
  }
}
