// A disk that lies the way disks do: until `sync` a write may be lost, come before an earlier one,
// or be torn; it can be full, and it can fail. Records carry checksums, so a reader stops at the
// first that is not whole.

import type { Random } from './random.ts';

export class DiskFault extends Error {
  readonly kind: 'full' | 'error';
  constructor(kind: 'full' | 'error') {
    super(kind === 'full' ? 'no space left on device' : 'input/output error');
    this.name = 'DiskFault';
    this.kind = kind;
  }
}

export class SimDisk<Entry> {
  #durable: Entry[] = [];
  #pending: Entry[] = [];
  isFull = false;
  /** The next sync fails, and what it would have made durable may or may not be. */
  failsNext = false;

  /** What a program that opens the file now would read. */
  read(): readonly Entry[] {
    return [...this.#durable, ...this.#pending];
  }

  append(entry: Entry): void {
    if (this.isFull) throw new DiskFault('full');
    this.#pending.push(entry);
  }

  sync(): void {
    if (this.failsNext) {
      this.failsNext = false;
      throw new DiskFault('error');
    }
    this.#durable.push(...this.#pending);
    this.#pending = [];
  }

  /** The program dies, but the machine lives: what was written stays. */
  kill(): void {
    this.#durable.push(...this.#pending);
    this.#pending = [];
  }

  /** What was not synced is gone. */
  drop(): void {
    this.#pending = [];
  }

  /**
   * The power goes: each unsynced write is kept, lost or torn, in any order. Reading stops at the
   * first hole, so the writes behind one are gone with it.
   */
  cutPower(random: Random): { lost: number } {
    let kept = 0;
    while (kept < this.#pending.length && random.below(3) === 0) kept += 1;
    const lost = this.#pending.length - kept;
    this.#durable.push(...this.#pending.slice(0, kept));
    this.#pending = [];
    return { lost };
  }

  /** The file as it was when it had `count` records: an old copy put back. */
  rewind(count: number): void {
    this.#durable = this.#durable.slice(0, count);
    this.#pending = [];
  }

  /** How many records would survive a power cut for certain. */
  get length(): number {
    return this.#durable.length;
  }

  /** The record at `index` of those. */
  at(index: number): Entry {
    return this.#durable[index]!;
  }

  /** Another disk with the same content. */
  copy(): SimDisk<Entry> {
    const disk = new SimDisk<Entry>();
    disk.#durable = [...this.#durable];
    return disk;
  }
}
