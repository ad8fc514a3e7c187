// What devices bring back to a hub that lost history has to be decided in the order of the histories
// that were lost: by epoch first, then by seq, however many restores lie between.

import type { StoreTransaction } from '@pos-sync/sync';
import { Broken } from './invariants.ts';

/** Something offered again, and where it was decided first. */
interface Offer {
  readonly id: string;
  readonly device: string;
  readonly place: Place;
}

interface Place {
  readonly epoch: { readonly number: number; readonly id: string };
  readonly seq: number;
}

interface Body {
  readonly name: string;
  readonly answered?: Place;
}

export class OfferOrder {
  /** Decided since recovery began, in this order. */
  #offers: Offer[] = [];

  /** What comes now is ordered for itself. */
  clear(): void {
    this.#offers = [];
  }

  take({ entries, epochs }: StoreTransaction): void {
    if (epochs !== undefined) this.clear();
    for (const { id, device, body } of entries) {
      const { name, answered } = JSON.parse(body) as Body;
      if (answered !== undefined) this.#offers.push({ id, device, place: answered });
      // Who comes later is heard alone.
      if (name !== 'epoch.recovered') continue;
      this.#check();
      this.clear();
    }
  }

  #check(): void {
    let last: Offer | undefined;
    for (const offer of this.#inTheirPlace()) {
      if (last !== undefined && isBefore(offer.place, last.place)) {
        throw new Broken('O11', `${offer.id} was decided before ${last.id}, and now after it`);
      }
      last = offer;
    }
  }

  /** Without those that were decided late: they come before what their device did next. */
  #inTheirPlace(): Offer[] {
    const next = new Map<string, Place>();
    const kept = this.#offers.toReversed().filter(({ device, place }) => {
      const after = next.get(device);
      const isLate = after !== undefined && isBefore(after, place);
      if (!isLate) next.set(device, place);
      return !isLate;
    });
    return kept.toReversed();
  }
}

/** Two epochs of one number are two hubs' own: nobody can say which was first. */
function isBefore(one: Place, other: Place): boolean {
  if (one.epoch.number !== other.epoch.number) return one.epoch.number < other.epoch.number;
  return one.epoch.id === other.epoch.id && one.seq < other.seq;
}
