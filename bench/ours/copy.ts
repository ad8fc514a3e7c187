// A device's rows, made from the frames it was sent and from nothing else. It checks what a replica
// checks: no hole between two frames, and a catch-up whole or not at all.

import { nodeHash } from '@pos-sync/local-server';
import { type At, type Down, type Row, rowsHash } from '@pos-sync/sync';

type Changes = Extract<Down, { type: 'changes' }>;
type CatchUpBegin = Extract<Down, { type: 'catchUpBegin' }>;
type CatchUpPart = Extract<Down, { type: 'catchUpPart' }>;
type CatchUpEnd = Extract<Down, { type: 'catchUpEnd' }>;
/** The frames that carry rows. */
export type Frame = Changes | CatchUpBegin | CatchUpPart | CatchUpEnd;

export class Copy {
  readonly rows: Map<string, Row>;
  at: At | undefined;
  /** Rows put and removed by the last catch-up. */
  caughtUp = { kind: 'snapshot', puts: 0, removed: 0 };
  #begun: CatchUpBegin | undefined;
  #parts: CatchUpPart[] = [];

  constructor(rows: Iterable<readonly [string, Row]> = [], at?: At) {
    this.rows = new Map(rows);
    this.at = at;
  }

  get seq(): number {
    return this.at?.seq ?? 0;
  }

  duplicate(): Copy {
    const other = new Copy(this.rows, this.at);
    other.caughtUp = this.caughtUp;
    other.#begun = this.#begun;
    other.#parts = [...this.#parts];
    return other;
  }

  /** Takes one frame in; true when the copy then stands at a new seq. */
  take(frame: Frame): boolean {
    switch (frame.type) {
      case 'changes':
        return this.#change(frame);
      case 'catchUpBegin':
        this.#begun = frame;
        this.#parts = [];
        return false;
      case 'catchUpPart':
        this.#parts.push(frame);
        return false;
      case 'catchUpEnd':
        this.#finish(frame);
        return true;
    }
  }

  #change({ from, at, puts, removed }: Changes): boolean {
    if (from > this.seq) throw new Error(`a telling from ${from} came to a copy at ${this.seq}`);
    if (at.seq <= this.seq) return false;
    this.#put(puts, removed);
    this.at = at;
    return true;
  }

  #finish({ at }: CatchUpEnd): void {
    const { kind, from, parts } = this.#begun ?? { kind: 'delta', from: Infinity, parts: -1 };
    if (kind === 'delta' && from > this.seq) throw new Error(`a delta from ${from} leaves a hole`);
    if (parts !== this.#parts.length) throw new Error('a catch-up is not whole');
    if (kind === 'snapshot') this.rows.clear();
    for (const { puts, removed } of this.#parts) this.#put(puts, removed);
    const count = (of: (part: CatchUpPart) => number): number =>
      this.#parts.reduce((sum, part) => sum + of(part), 0);
    this.caughtUp = {
      kind,
      puts: count((part) => part.puts.length),
      removed: count((part) => part.removed.length),
    };
    this.#parts = [];
    this.at = at;
  }

  #put(puts: readonly Row[], removed: readonly string[]): void {
    for (const row of puts) this.rows.set(row.key, row);
    for (const key of removed) this.rows.delete(key);
  }
}

export function hashOf(copy: Copy): string {
  return rowsHash(nodeHash, copy.rows.values());
}
