// What people see on a device between two tellings: their own lines until they are decided, and on
// the waiter's side only what a kitchen screen really drew.

import { type Row, type StoreTransaction, kindOf } from '@pos-sync/sync';
import type { TicketRow } from '@pos-sync/shop';
import { Broken } from './invariants.ts';
import type { Ledger } from './ledger.ts';

interface OwnLine {
  readonly id: string;
  readonly order: string;
  readonly item: string;
  /** The row it makes. */
  readonly row: string;
}

/** A device's screen while the judge looks at it. */
export interface Screen {
  readonly name: string;
  /** Where its confirmed rows stand. */
  readonly seq: number;
  find(key: string): Row | undefined;
  /** The row as the hub told it, without own commands on top. */
  confirmed(key: string): Row | undefined;
  isUnknownToHub(key: string): boolean;
  /** Whether the hub's count of its commands has passed this one. */
  hasPassed(id: string): boolean;
}

export class Screens {
  readonly #ledger: Ledger;
  readonly #lines = new Map<string, Map<string, OwnLine>>();
  /** Device and ticket → the newest revision that was on its screen when it said so. */
  readonly #drawn = new Map<string, number>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A device's storage has a line: it stays on the screen until it is decided otherwise. */
  promise(id: string, device: string, args: Readonly<Record<string, string>>): void {
    const lines = this.#lines.get(device) ?? new Map<string, OwnLine>();
    this.#lines.set(device, lines);
    const { order = '', line = '', item = '' } = args;
    lines.set(id, {
      id,
      order: `order/${order}`,
      item: `item/${item}`,
      row: `line/${order}.${line}`,
    });
  }

  /** `isThere` says whether the hub's working set has a row; `epochs` began since the beginning. */
  check(screen: Screen, isThere: (key: string) => boolean, epochs: number): void {
    for (const line of this.#lines.get(screen.name)?.values() ?? []) {
      const { id, row } = line;
      const entry = this.#ledger.entries.get(id);
      // What stands at or below the device's seq is in its confirmed rows.
      if (entry === undefined ? this.#isTold(id) : entry.seq <= screen.seq) continue;
      if (screen.find(row) !== undefined) continue;
      // A hub that was put back can have passed a command by whose outcome never arrived: it is
      // decided by its id when the device sends it once more.
      if ((epochs > 0 || entry === undefined) && screen.hasPassed(id)) continue;
      if (entry === undefined) {
        if (hasGround(screen, line)) throw new Broken('I7', `${screen.name} hides its own ${row}`);
      } else if (isThere(row) && this.#ledger.decisionOf(id)?.outcome === 'ok') {
        // Over an item that no hub told, only this device's own word for it, nothing is owed.
        if (screen.confirmed(line.item) === undefined) continue;
        // After a restore its order may come back to this device only with a later telling.
        if (epochs > 0 && !hasGround(screen, line)) continue;
        throw new Broken('O1', `${screen.name} no longer shows its own ${row}`);
      }
    }
  }

  #isTold(id: string): boolean {
    return this.#ledger.toldOf(id) !== undefined;
  }

  /** A device says that these rows are on its screen. */
  drawn(device: string, stations: readonly string[], rows: Iterable<Row>): void {
    for (const { key, body } of rows) {
      if (kindOf(key) !== 'ticket') continue;
      const { station, revision } = body as unknown as TicketRow;
      if (!stations.includes(station)) continue;
      const place = `${device} ${key.slice('ticket/'.length)}`;
      this.#drawn.set(place, Math.max(this.#drawn.get(place) ?? 0, revision.number));
    }
  }

  /** A receipt says that the kitchen has seen a ticket: a screen must have had it. */
  take({ entries }: StoreTransaction): void {
    for (const { body } of entries) {
      if (!body.startsWith('{"name":"ticket.receipt"')) continue;
      const { args } = JSON.parse(body) as {
        args: { ticket: string; device: string; revision: number };
      };
      const { ticket, device, revision } = args;
      if ((this.#drawn.get(`${device} ${ticket}`) ?? 0) < revision) {
        throw new Broken('I6', `${device} never drew revision ${revision} of ${ticket}`);
      }
    }
  }
}

/**
 * Whether a line can be put on its order over what the device has. What the hub lost is no ground, nor
 * is an item that the device itself put on the menu: it may have done so after the line.
 */
function hasGround(screen: Screen, { order, item }: OwnLine): boolean {
  if (screen.isUnknownToHub(order) || screen.isUnknownToHub(item)) return false;
  return screen.find(order)?.body['state'] === 'open' && screen.confirmed(item) !== undefined;
}
