// What a hub lost when an old copy was put back stays in sight where it was seen, until somebody brings
// it back or people go on from what is left. Judged by places in history alone: it knows no epochs.

import { type At, type Row, type StoreTransaction, kindOf } from '@pos-sync/sync';
import { Broken } from './invariants.ts';
import type { Screen } from './screens.ts';

/** Where a device stood when it was looked at last, and what it had been told by then. */
interface Held {
  readonly view: string;
  readonly place: string;
  readonly rows: readonly Row[];
}

/** The engine's own rows come back by their own ways, and own commands take boards away. */
const unheldKinds: ReadonlySet<string> = new Set([
  'deferred',
  'attention',
  'device',
  'epoch',
  'board',
]);

export class LostRows {
  /** A place that was lost → the last seq of its history that the present one shares. */
  readonly #sharedTo = new Map<string, number>();
  /** Where the present history wrote a row last, removed it or put it away. */
  readonly #touchedAt = new Map<string, number>();
  readonly #held = new Map<string, Held>();

  take({ head, puts, removed, archived }: StoreTransaction): void {
    for (const { key } of [...puts, ...removed]) this.#touchedAt.set(key, head.seq);
    for (const key of archived) this.#touchedAt.set(key, head.seq);
  }

  /** History begins anew; what of it is left is told again. */
  clear(): void {
    this.#touchedAt.clear();
  }

  /** These are gone, and what is left ends at `seq`. */
  rewind(lost: readonly StoreTransaction[], seq: number): void {
    for (const [place, shared] of this.#sharedTo) {
      if (shared > seq) this.#sharedTo.set(place, seq);
    }
    for (const { head } of lost) {
      if (head.seq > seq) this.#sharedTo.set(placeOf(head), seq);
    }
  }

  /** A device starts: what its storage does not have it forgot by itself. */
  forget(device: string): void {
    this.#held.delete(device);
  }

  /** A device stands at `at` now, with these confirmed rows. */
  check(screen: Screen, view: string, at: Pick<At, 'seq' | 'chain'>, rows: readonly Row[]): void {
    const place = placeOf(at);
    const before = this.#held.get(screen.name);
    this.#held.set(screen.name, { view, place, rows });
    // Who gets another role does not keep what it may no longer see.
    if (before === undefined || before.view !== view || this.#sharedTo.has(place)) return;
    const sharedTo = this.#sharedTo.get(before.place);
    if (sharedTo === undefined) return;
    for (const row of before.rows) {
      const { key, seq } = row;
      if (seq <= sharedTo || unheldKinds.has(kindOf(key))) continue;
      if ((this.#touchedAt.get(key) ?? 0) > sharedTo || isInSight(screen, row)) continue;
      throw new Broken('O10', `${screen.name} no longer shows ${key}, which the hub lost`);
    }
  }
}

/** Marked as lost, the same as ever, or under an own command's effect. */
function isInSight(screen: Screen, { key, body }: Row): boolean {
  if (screen.isUnknownToHub(key)) return true;
  const confirmed = screen.confirmed(key);
  if (screen.find(key) !== confirmed) return true;
  return confirmed !== undefined && JSON.stringify(confirmed.body) === JSON.stringify(body);
}

function placeOf({ seq, chain }: Pick<At, 'seq' | 'chain'>): string {
  return `${seq} ${chain}`;
}
