// The judge of a run. It watches what becomes durable, what devices were told and what they show,
// and knows nothing of how the engine works. What must hold is named in invariants.ts.

import {
  type At,
  type Domain,
  type Row,
  type Store,
  type StoreTransaction,
  type View,
  kindOf,
} from '@pos-sync/sync';
import { Broken } from './invariants.ts';
import { checkLog, checkRebuilt, checkReceipts, checkWaiting } from './last-checks.ts';
import { Ledger } from './ledger.ts';
import { LostRows } from './lost-rows.ts';
import { ModelWatch, type Shown } from './model-watch.ts';
import { OfferOrder } from './offer-order.ts';
import { type Screen, Screens } from './screens.ts';
import { ViewSums } from './view-sums.ts';

export class Oracle {
  readonly #builds: readonly Domain[];
  readonly #rows = new Map<string, Row>();
  /** Rows that left the working set at a turn. */
  readonly #archived = new Map<string, Row>();
  /** What people were ever told of in attention, also where somebody closed it. */
  readonly #raised = new Map<string, Row>();
  readonly #ledger = new Ledger();
  readonly #screens = new Screens(this.#ledger);
  readonly #model = new ModelWatch({ rows: this.#rows, archived: this.#archived });
  readonly #sums: ViewSums;
  readonly #offers = new OfferOrder();
  readonly #lost = new LostRows();
  readonly #transactions: StoreTransaction[] = [];
  readonly #copies: { readonly epoch: string; readonly lastN: ReadonlyMap<string, number> }[] = [];
  #seq = 0;
  day = '';
  turns = 0;
  epochs = 0;
  /** Names of those that a manager put away or shut out: they deliver, and are told nothing. */
  readonly left = new Set<string>();
  /** More than one build decided: the rows are not those of one of them. */
  hasUpdates = false;

  /** `builds` are all versions of the domain that hub or devices may run. */
  constructor(builds: readonly Domain[]) {
    this.#builds = builds;
    this.#sums = new ViewSums(builds);
  }

  /** The hub starts: what it was offered and had not decided is gone. */
  hubStarts(): void {
    this.#offers.clear();
  }

  /** A device starts with what its storage kept. */
  deviceStarts(device: string): void {
    this.#lost.forget(device);
  }

  /** The hub asks its store for this. */
  asked(transaction: StoreTransaction): void {
    this.#ledger.asked(transaction);
  }

  /** A transaction became durable. */
  durable(transaction: StoreTransaction): void {
    if (this.day !== transaction.day) this.turns += 1;
    if (transaction.epochs !== undefined) this.epochs += 1;
    this.#screens.take(transaction);
    this.#offers.take(transaction);
    this.#take(transaction);
  }

  /** The store was put back to what it was after so many transactions. */
  rewind(kept: number): void {
    const transactions = this.#transactions.splice(0);
    const lost = transactions.splice(kept);
    this.#rows.clear();
    this.#archived.clear();
    this.#raised.clear();
    this.#ledger.clear();
    this.#model.clear();
    this.#sums.clear();
    this.#lost.clear();
    this.#seq = 0;
    for (const transaction of transactions) this.#take(transaction);
    this.#lost.rewind(lost, this.#seq);
  }

  #take(transaction: StoreTransaction): void {
    const { entries, puts, removed, archived, head, day } = transaction;
    this.#transactions.push(transaction);
    for (const { seq } of entries) {
      if (seq !== this.#seq + 1) throw new Broken('I4', `seq ${seq} after ${this.#seq}`);
      this.#seq = seq;
    }
    this.#ledger.take(transaction);
    for (const { key, subject, seq, text } of puts) {
      this.#set(key, { key, subject, seq, body: JSON.parse(text) as Row['body'] });
      this.#archived.delete(key);
    }
    for (const { key } of removed) {
      this.#set(key, undefined);
      this.#archived.delete(key);
    }
    for (const key of archived) {
      const row = this.#rows.get(key);
      if (row !== undefined) this.#archived.set(key, row);
      this.#set(key, undefined);
    }
    this.day = day;
    this.#sums.mark(head.seq, head.chain);
    this.#lost.take(transaction);
    this.#model.take(transaction);
  }

  #set(key: string, row: Row | undefined): void {
    this.#sums.change(this.#rows.get(key), row);
    if (row === undefined) this.#rows.delete(key);
    else this.#rows.set(key, row);
    if (row !== undefined && kindOf(key) === 'attention') this.#raised.set(key, row);
  }

  /** A device's storage has a command: from now on it must not be lost. */
  promise(id: string, device: string, name: string, args: Readonly<Record<string, string>>): void {
    this.#ledger.promise(id, device, name);
    if (name === 'order.addLine') this.#screens.promise(id, device, args);
  }

  /** A device was told an outcome: it must have been durable. */
  answered(id: string, outcome: string, receipt: number | undefined): void {
    this.#ledger.answered(id, outcome, receipt);
  }

  /** A device starts again with this in its journal. */
  remembers(id: string, outcome: string): void {
    this.#ledger.remembers(id, outcome);
  }

  /** A copy was verified on another medium. */
  copied(epoch: string, lastN: ReadonlyMap<string, number>): void {
    this.#copies.push({ epoch, lastN });
  }

  /**
   * A device lets go of a journal entry: a copy of the present epoch must hold it. Which one that
   * is a device knows from its last welcome.
   */
  letGo(device: string, n: number, welcomedIn: string): void {
    const isSafe = this.#copies.some(
      ({ epoch, lastN }) => epoch === welcomedIn && (lastN.get(device) ?? 0) >= n,
    );
    if (!isSafe) throw new Broken('I12', `${device} let go of ${n}, which no copy holds`);
  }

  /** What a device holds as confirmed at `at`, and what it shows on top of that. */
  shows(screen: Screen, view: string, at: At, confirmed: Iterable<Row>): void {
    const rows = [...confirmed];
    this.#sums.confirmed(screen.name, view, at, rows);
    // Who gets another view does not keep what it can no longer read.
    if (!this.hasUpdates) this.#lost.check(screen, view, at, rows);
    this.#screens.check(screen, (key) => this.#rows.has(key), this.epochs);
  }

  /** A device says that it has drawn the tickets of these stations. */
  drawn(device: string, stations: readonly string[], rows: Iterable<Row>): void {
    this.#screens.drawn(device, stations, rows);
  }

  /** At the end: what a device shows is what the decisions come to. */
  showsAll(shown: Shown): void {
    this.#model.device(shown);
  }

  /** At the end: everything promised is in the log once, the log holds, everything adds up. */
  finish(store: Store, build: Domain): void {
    this.#ledger.finish(this.left);
    this.#model.finish();
    checkLog(store, this.#ledger, this.#rows);
    if (!this.hasUpdates) checkRebuilt(this.#builds[0]!, store, this.#rows);
    checkReceipts(this.#ledger, this.#raised);
    checkWaiting(build, this.#ledger, this.#rows);
  }

  /** What a view shows of the rows that are durable now. */
  *rowsOf(name: string, view: View): Iterable<Row> {
    for (const row of this.#rows.values()) {
      const kind = kindOf(row.key);
      const isOwn = kind === 'deferred' && row.body['view'] === name;
      if (isOwn || view.kinds.has(kind)) yield row;
    }
  }

  /** Whether the hub's own row of this device says that it is told nothing. */
  isKeptOut(device: string): boolean {
    const { retiredAt, revokedAt } = this.#rows.get(`device/${device}`)?.body ?? {};
    return retiredAt !== undefined || revokedAt !== undefined;
  }

  outcomes(): { ok: number; rejected: number; deferred: number } {
    return this.#ledger.counts();
  }
}
