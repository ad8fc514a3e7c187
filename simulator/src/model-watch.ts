// Holds rows against the model: after each commit what it touched, at the end everything, and what
// each device shows.

import {
  type Decision,
  type LogEntry,
  type Row,
  type StoreTransaction,
  kindOf,
} from '@pos-sync/sync';
import { Broken, type Invariant } from './invariants.ts';
import { factOf, factOfItem, factsOfOrder, orderOf } from './facts.ts';
import { type Happened, ShopModel } from './model.ts';

interface Body {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly answered?: { readonly epoch: { readonly number: number }; readonly seq: number };
}

/** The hub's rows: those of the working set, and those that left it at a turn. */
export interface HubRows {
  readonly rows: ReadonlyMap<string, Row>;
  readonly archived: ReadonlyMap<string, Row>;
}

/** The screen of a device, all of it. */
export interface Shown {
  readonly name: string;
  /** What its view shows. */
  readonly kinds: ReadonlySet<string>;
  find(key: string): Row | undefined;
  /** What it shows as known to the hub. */
  readonly rows: readonly Row[];
}

export class ModelWatch {
  #model = new ShopModel();
  readonly #hub: HubRows;
  readonly #entries = new Map<string, LogEntry>();
  /** Id → how a command that was deferred stands now. */
  readonly #deferred = new Map<string, string>();
  #epoch = 1;

  constructor(hub: HubRows) {
    this.#hub = hub;
  }

  /** History begins anew; what of it is left is told again. */
  clear(): void {
    this.#model = new ShopModel();
    this.#entries.clear();
    this.#deferred.clear();
    this.#epoch = 1;
  }

  /** A transaction is durable, and `hub` has its rows. */
  take(transaction: StoreTransaction): void {
    const { entries, settled, archived, epochs, puts } = transaction;
    const touched = new Set<string>();
    const settledAt = new Map(settled.map((one) => [one.seq, one]));
    for (const entry of entries) {
      const settlement = settledAt.get(entry.seq);
      const decision = JSON.parse(entry.decision) as Decision;
      if (decision.repeats === true) continue;
      this.#entries.set(entry.id, entry);
      if (decision.outcome === 'deferred') this.#deferred.set(entry.id, 'deferred');
      this.#happen(entry, decision, entry.seq, touched);
      if (settlement === undefined) continue;
      const { outcome, ...more } = JSON.parse(settlement.decision) as Decision;
      this.#deferred.set(settlement.id, outcome);
      this.#happen(this.#entries.get(settlement.id)!, { outcome, ...more }, entry.seq, touched);
    }
    for (const key of archived) {
      const order = this.#model.orders.get(orderOf(key));
      if (order !== undefined && key.startsWith('order/')) order.hasLeft = true;
    }
    if (epochs !== undefined) this.#epoch = epochs.at(-1)!.number;
    for (const { key } of puts) touched.add(key.startsWith('item/') ? key : orderOf(key));
    for (const subject of touched) this.#compare(subject);
    for (const { key } of puts) {
      const row = this.#hub.rows.get(key) ?? this.#hub.archived.get(key);
      if (row !== undefined) this.#account(row, 'the hub');
    }
  }

  #happen(entry: LogEntry, decision: Decision, seq: number, touched: Set<string>): void {
    const { name, args, answered } = JSON.parse(entry.body) as Body;
    const { outcome, code, receipt } = decision;
    const { id, device } = entry;
    const stand =
      answered === undefined
        ? { epoch: this.#epoch, seq }
        : { epoch: answered.epoch.number, seq: answered.seq };
    const isAgain = answered !== undefined;
    const happened: Happened = {
      id,
      device,
      name,
      args,
      outcome,
      code,
      receipt,
      stand,
      isAgain,
    };
    const wrong = this.#model.take(happened);
    if (wrong !== undefined) throw new Broken('O4', `${name} ${id} at ${seq} ${wrong}`);
    const { order, item, ticket } = args;
    if (name === 'menu.put') touched.add(`item/${String(item)}`);
    else if (typeof order === 'string') touched.add(order);
    else if (typeof ticket === 'string') touched.add(orderOf(`ticket/${ticket}`));
  }

  /** What the model says of `subject` is what the hub's rows say. */
  #compare(subject: string): void {
    const { rows, archived } = this.#hub;
    for (const [key, fact] of this.#factsOf(subject)) {
      const row = rows.get(key) ?? archived.get(key);
      this.#hold(key, fact, row, 'the hub');
    }
  }

  #factsOf(subject: string): Iterable<readonly [string, string]> {
    if (!subject.startsWith('item/')) return factsOfOrder(this.#model, subject);
    const fact = factOfItem(this.#model, subject.slice('item/'.length));
    return fact === undefined ? [] : [[subject, fact]];
  }

  #hold(key: string, fact: string, row: Row | undefined, where: string): void {
    const found = row === undefined ? 'nothing' : factOf(row, this.#model)!;
    if (found === fact) return;
    throw new Broken(invariantOf(key), `${key} has to be ${fact}, and ${where} has ${found}`);
  }

  /** No row without a command that made it. */
  #account(row: Row, where: string): void {
    const fact = factOf(row, this.#model);
    if (fact === undefined) return;
    const { key } = row;
    const subject = key.startsWith('item/') ? key : orderOf(key);
    // A praise names a command, not an order; whoever gave it is checked with its order.
    if (kindOf(key) === 'counter') return;
    for (const [expected] of this.#factsOf(subject)) if (expected === key) return;
    throw new Broken(invariantOf(key), `${where} has ${key}, which no command made`);
  }

  /** Everything, in both directions. */
  finish(): void {
    for (const order of this.#model.orders.keys()) this.#compare(order);
    for (const item of this.#model.items.keys()) this.#compare(`item/${item}`);
    for (const row of this.#hub.rows.values()) this.#account(row, 'the hub');
    for (const [id, outcome] of this.#deferred) {
      const key = `deferred/${id}`;
      const row = this.#hub.rows.get(key) ?? this.#hub.archived.get(key);
      if (row?.body['outcome'] !== outcome) {
        const found = JSON.stringify(row?.body['outcome'] ?? 'missing');
        throw new Broken('O4', `the row of the ${outcome} command ${id} is ${found}`);
      }
    }
  }

  /** A device that has everything shows what the decisions come to, and nothing else. */
  device({ name, kinds, find, rows }: Shown): void {
    const subjects = [...this.#model.orders.keys()];
    for (const item of this.#model.items.keys()) subjects.push(`item/${item}`);
    for (const subject of subjects) {
      for (const [key, fact] of this.#factsOf(subject)) {
        if (!kinds.has(kindOf(key)) || this.#hub.archived.has(key)) continue;
        this.#hold(key, fact, find(key), name);
      }
    }
    for (const row of rows) this.#account(row, name);
  }
}

/** Money is named apart from everything else. */
function invariantOf(key: string): Invariant {
  return key.startsWith('order/') || key.startsWith('payment/') ? 'I3' : 'O4';
}
