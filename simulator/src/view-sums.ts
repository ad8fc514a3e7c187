// One number for the rows of each view at each place in history, kept up with every row that changes:
// so that what a device holds can be checked after every step.

import { type At, type Domain, type Row, kindOf } from '@pos-sync/sync';
import { Broken } from './invariants.ts';

const hashModulus = 2 ** 48;

export class ViewSums {
  readonly #builds: readonly Domain[];
  /** By the number of a build and the name of a view. */
  readonly #sums = new Map<string, number>();
  readonly #sumsAt = new Map<string, number>();
  readonly #hashes = new WeakMap<Row, number>();

  /** `builds` are all versions of the domain that hub or devices may run. */
  constructor(builds: readonly Domain[]) {
    this.#builds = builds;
    for (const [build, domain] of builds.entries()) {
      for (const view of domain.views.keys()) this.#sums.set(`${build} ${view}`, 0);
    }
  }

  clear(): void {
    for (const view of this.#sums.keys()) this.#sums.set(view, 0);
  }

  change(before: Row | undefined, after: Row | undefined): void {
    for (const [view, sum] of this.#sums) {
      const gone = before === undefined ? 0 : this.#shown(view, before);
      const come = after === undefined ? 0 : this.#shown(view, after);
      this.#sums.set(view, (sum - gone + come + hashModulus) % hashModulus);
    }
  }

  /** All changes up to this place in history are in. The chain tells one history from another. */
  mark(seq: number, chain: string): void {
    for (const [view, sum] of this.#sums) this.#sumsAt.set(`${view} ${seq} ${chain}`, sum);
  }

  /** What a device holds as confirmed at `at` must be what the hub had then, to the letter. */
  confirmed(device: string, view: string, at: At, rows: Iterable<Row>): void {
    const expected = this.#builds.map((_, build) =>
      this.#sumsAt.get(`${build} ${view} ${at.seq} ${at.chain}`),
    );
    if (expected.every((sum) => sum === undefined)) {
      throw new Broken('I7', `${device} stands at ${at.seq}, where no hub ever was`);
    }
    let sum = 0;
    for (const row of rows) sum = (sum + this.#hash(row)) % hashModulus;
    if (!expected.includes(sum)) {
      throw new Broken('I5', `${device} differs from the hub's ${view} view at ${at.seq}`);
    }
  }

  #shown(name: string, row: Row): number {
    const [build, view] = name.split(' ') as [string, string];
    const kind = kindOf(row.key);
    if (kind === 'deferred') return row.body['view'] === view ? this.#hash(row) : 0;
    const { kinds } = this.#builds[Number(build)]!.views.get(view)!;
    return kinds.has(kind) ? this.#hash(row) : 0;
  }

  #hash(row: Row): number {
    const known = this.#hashes.get(row);
    if (known !== undefined) return known;
    const made = textHash(`${row.key} ${row.subject} ${JSON.stringify(row.body)}`);
    this.#hashes.set(row, made);
    return made;
  }
}

/** FNV-1a over two lanes, 48 bits: enough to tell two sets of rows apart. */
function textHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 16) * 0x1_0000_0000 + (low >>> 0);
}
