// The judge of a run. It watches what becomes durable, what devices were told and what they show,
// and knows nothing of how the engine works.

import {
  type At,
  type Domain,
  type LogEntry,
  type Outcome,
  type Row,
  type Store,
  type StoreTransaction,
  type View,
  genesisChain,
  kindOf,
  rebuild,
  rowsHash,
  verifyEntries,
} from '@pos-sync/sync';
import { simHash } from './ports.ts';

export class Broken extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'Broken';
    this.invariant = invariant;
  }
}

interface Promised {
  readonly device: string;
  readonly name: string;
  /** For a line: the row it makes. */
  readonly row: string | undefined;
  outcome: string | undefined;
}

interface Taken {
  readonly order?: string;
  readonly payment?: string;
}

const hashModulus = 2 ** 48;

export class Oracle {
  readonly #builds: readonly Domain[];
  readonly #rows = new Map<string, Row>();
  readonly #entries = new Map<string, LogEntry>();
  readonly #settled = new Map<string, string>();
  readonly #promised = new Map<string, Promised>();
  readonly #lines = new Map<string, Set<string>>();
  readonly #transactions: StoreTransaction[] = [];
  readonly #announced = new Set<string>();
  #epoch = '';
  /** Commands whose first decision went with a part of history. */
  readonly #lost = new Set<string>();
  readonly #copies: { readonly epoch: string; readonly lastN: ReadonlyMap<string, number> }[] = [];
  readonly #sums = new Map<string, number>();
  readonly #sumsAt = new Map<string, number>();
  readonly #hashes = new WeakMap<Row, number>();
  /** Keys that left the working set at a turn. */
  readonly archived = new Set<string>();
  seq = 0;
  day = '';
  turns = 0;
  epochs = 0;
  /** The weather of this run loses frames within a connection. */
  losesFrames = false;
  /** More than one build decided: the rows are not those of one of them. */
  hasUpdates = false;

  /** `builds` are all versions of the domain that hub or devices may run. */
  constructor(builds: readonly Domain[]) {
    this.#builds = builds;
    for (const [build, domain] of builds.entries()) {
      for (const view of domain.views.keys()) this.#sums.set(`${build} ${view}`, 0);
    }
  }

  /** A transaction became durable. */
  durable(transaction: StoreTransaction): void {
    this.#transactions.push({ ...transaction, entries: [...transaction.entries] });
    this.#take(transaction);
  }

  /** The store was put back to what it was after so many transactions. */
  rewind(kept: number): void {
    for (const entry of this.#entries.values()) this.#lost.add(entry.id);
    const transactions = this.#transactions.splice(0).slice(0, kept);
    this.#rows.clear();
    this.#entries.clear();
    this.#settled.clear();
    this.archived.clear();
    for (const view of this.#sums.keys()) this.#sums.set(view, 0);
    this.seq = 0;
    this.#epoch = '';
    for (const transaction of transactions) this.durable(transaction);
    for (const id of this.#entries.keys()) this.#lost.delete(id);
  }

  #take(transaction: StoreTransaction): void {
    for (const entry of transaction.entries) this.#log(entry);
    for (const { id, decision } of transaction.settled) this.#settled.set(id, outcomeOf(decision));
    for (const { key, subject, seq, text } of transaction.puts) {
      this.#set(key, { key, subject, seq, body: JSON.parse(text) as Row['body'] });
    }
    for (const { key } of transaction.removed) this.#set(key, undefined);
    for (const key of transaction.archived) {
      this.archived.add(key);
      this.#set(key, undefined);
    }
    if (this.day !== transaction.day) this.turns += 1;
    this.day = transaction.day;
    const { epochs, head } = transaction;
    this.seq = head.seq;
    if (epochs !== undefined) {
      this.#epoch = epochs.at(-1)!.id;
      this.#announced.add(this.#epoch);
      this.epochs += 1;
    }
    for (const [view, sum] of this.#sums) this.#sumsAt.set(this.#place(view), sum);
  }

  #place(view: string): string {
    return `${view} ${this.seq} ${this.#chains()}`;
  }

  /** Tells one history from another: the chain at the head. */
  #chains(): string {
    return this.#transactions.at(-1)?.head.chain ?? '';
  }

  #log(entry: LogEntry): void {
    if (entry.seq !== this.seq + 1) throw new Broken('I4', `seq ${entry.seq} after ${this.seq}`);
    this.seq = entry.seq;
    if (entry.decision.includes('"repeats":true')) return;
    if (this.#entries.has(entry.id)) throw new Broken('I2', `${entry.id} was decided twice`);
    this.#entries.set(entry.id, entry);
  }

  #set(key: string, row: Row | undefined): void {
    const before = this.#rows.get(key);
    for (const [view, sum] of this.#sums) {
      const gone = before === undefined ? 0 : this.#shown(view, before);
      const come = row === undefined ? 0 : this.#shown(view, row);
      this.#sums.set(view, (sum - gone + come + hashModulus) % hashModulus);
    }
    if (row === undefined) this.#rows.delete(key);
    else this.#rows.set(key, row);
  }

  /** `name` is a build's number and a view. */
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

  /** A device's storage has a command: from now on it must not be lost. */
  promise(id: string, device: string, name: string, row: string | undefined): void {
    if (this.#promised.has(id)) return;
    this.#promised.set(id, { device, name, row, outcome: undefined });
    if (row === undefined) return;
    const lines = this.#lines.get(device) ?? new Set();
    this.#lines.set(device, lines.add(id));
  }

  /** A device was told an outcome: it must be durable, and it must stay. */
  answered(id: string, outcome: string): void {
    const entry = this.#entries.get(id);
    const promised = this.#promised.get(id);
    if (promised !== undefined) promised.outcome = outcome;
    if (entry === undefined) {
      if (this.#lost.has(id)) return;
      throw new Broken('I1', `${id} was answered and is not in the log`);
    }
    const latest = this.#settled.get(id) ?? outcomeOf(entry.decision);
    if (outcome !== latest && outcome !== outcomeOf(entry.decision) && !this.#lost.has(id)) {
      throw new Broken('I1', `${id} was answered ${outcome} and is ${latest}`);
    }
  }

  /** A copy was verified on another medium. */
  copied(epoch: string, lastN: ReadonlyMap<string, number>): void {
    this.#copies.push({ epoch, lastN });
  }

  /** The first epoch is in no transaction: any that was never announced is that one. */
  #isPresent(epoch: string): boolean {
    return this.#announced.has(epoch) ? epoch === this.#epoch : this.#epoch === '';
  }

  /** A device lets go of a journal entry: a copy of the present epoch must hold it. */
  dropped(device: string, n: number): void {
    const isSafe = this.#copies.some(
      ({ epoch, lastN }) => this.#isPresent(epoch) && (lastN.get(device) ?? 0) >= n,
    );
    if (!isSafe) throw new Broken('I12', `${device} let go of ${n}, which no copy holds`);
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

  /**
   * A line that was taken stays on the screen of whoever took it, also before the device's confirmed
   * rows, which stand at `seq`, have it.
   */
  ownLines(device: string, seq: number, find: (key: string) => Row | undefined): void {
    // A network that loses single frames, as TCP never does, can leave an outcome out between two
    // others; after a restore such a command is out of sight until it is decided again.
    if (this.losesFrames && this.epochs > 0) return;
    for (const id of this.#lines.get(device) ?? []) {
      const { row } = this.#promised.get(id)!;
      const entry = this.#entries.get(id);
      if (row === undefined || entry === undefined || entry.seq <= seq) continue;
      if (!this.#rows.has(row) || this.archived.has(row) || this.#lost.has(id)) continue;
      if (outcomeOf(entry.decision) === 'ok' && find(row) === undefined) {
        throw new Broken('O1', `${device} no longer shows its own ${row}`);
      }
    }
  }

  /** At the end: everything promised is in the log once, the log holds, payments add up. */
  finish(store: Store, names: (id: string) => string): void {
    for (const [id, promised] of this.#promised) {
      if (!this.#entries.has(id)) {
        throw new Broken('I1', `${promised.name} ${id} of ${names(promised.device)} was lost`);
      }
    }
    this.#verifyLog(store);
    this.#verifyRebuilt(store);
    this.#verifyMoney();
    this.#verifyReceipts();
  }

  #verifyLog(store: Store): void {
    const image = store.load()!;
    const chain = genesisChain(simHash, image.store, image.epochs[0]!);
    const entries = store.history(0, Infinity);
    const { brokenAt } = verifyEntries(simHash, chain, entries);
    if (brokenAt !== undefined) throw new Broken('I4', `the chain breaks at ${brokenAt}`);
    for (const [index, entry] of entries.entries()) {
      const expected = this.#entries.get(entry.id);
      if (entry.seq !== index + 1 || expected === undefined) {
        throw new Broken('I4', `the store's log differs at ${index + 1}`);
      }
    }
    if (image.rows.length !== this.#rows.size) throw new Broken('I4', 'the store has other rows');
  }

  /** Receipt numbers are given once each, whatever was restored in between. */
  #verifyReceipts(): void {
    const given = new Map<number, string>();
    for (const { id, decision } of this.#entries.values()) {
      const { receipt } = JSON.parse(decision) as { receipt?: number };
      if (receipt === undefined) continue;
      const other = given.get(receipt);
      if (other !== undefined) throw new Broken('O6', `receipt ${receipt} was given twice`);
      given.set(receipt, id);
    }
  }

  /** The log alone gives the same rows, as long as one build decided all of it. */
  #verifyRebuilt(store: Store): void {
    if (this.hasUpdates) return;
    const { epochs } = store.load()!;
    const { rows, differsAt } = rebuild(
      this.#builds[0]!,
      simHash,
      epochs,
      store.history(0, Infinity),
    );
    if (differsAt !== undefined) throw new Broken('O8', `seq ${differsAt} comes out differently`);
    if (rowsHash(simHash, rows.values()) !== rowsHash(simHash, this.#rows.values())) {
      throw new Broken('O8', 'the log gives other rows than the hub has');
    }
  }

  /** Every payment taken is a row, whatever became of its order. */
  #verifyMoney(): void {
    for (const entry of this.#entries.values()) {
      const { name, args } = JSON.parse(entry.body) as { name: string; args: Taken };
      if (name !== 'payment.take' || outcomeOf(entry.decision) === 'rejected') {
        if (name === 'payment.take') throw new Broken('I3', 'a payment was rejected');
        continue;
      }
      if (outcomeOf(entry.decision) !== 'ok') continue;
      const key = `payment/${args.order}.${args.payment}`;
      if (!this.#rows.has(key) && !this.archived.has(key)) {
        throw new Broken('I3', `${key} was taken and is not there`);
      }
    }
  }

  /** What a view shows of the rows that are durable now. */
  *rowsOf(name: string, view: View): Iterable<Row> {
    for (const row of this.#rows.values()) {
      const kind = kindOf(row.key);
      const isOwn = kind === 'deferred' && row.body['view'] === name;
      if (isOwn || view.kinds.has(kind)) yield row;
    }
  }

  outcomes(): { ok: number; rejected: number; deferred: number } {
    const counts = { ok: 0, rejected: 0, deferred: 0 };
    for (const entry of this.#entries.values()) {
      counts[outcomeOf(entry.decision)] += 1;
    }
    return counts;
  }
}

function outcomeOf(decision: string): Outcome {
  return (JSON.parse(decision) as { outcome: Outcome }).outcome;
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
