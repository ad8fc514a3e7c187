// What was ever decided, in this history and in those a restore has ended: who was told what, in
// which order the commands of a device came, which ids were decided.

import type { Decision, LogEntry, StoreTransaction } from '@pos-sync/sync';
import { Broken } from './invariants.ts';

interface Promised {
  readonly device: string;
  readonly name: string;
  /** The last outcome that a device was told. */
  outcome: string | undefined;
}

export class Ledger {
  /** First decisions of the present history, by id. */
  readonly entries = new Map<string, LogEntry>();
  /** How each of them stands: as it was decided, or settled later. */
  readonly #latest = new Map<string, Decision>();
  readonly #promised = new Map<string, Promised>();
  /** Everything an id was ever decided as, receipts included. */
  readonly #ever = new Map<string, Set<string>>();
  /** Device and epoch → the last `n` that was decided for the first time. */
  readonly #lastN = new Map<string, number>();
  /** Device and epoch → the last `n` that was offered again. */
  readonly #offeredN = new Map<string, number>();
  #epoch = '';

  /** The hub asks the store for this: nothing in it may have been decided before. */
  asked({ entries }: StoreTransaction): void {
    const ids = new Set<string>();
    for (const { id, decision } of entries) {
      if (decision.includes('"repeats":true')) continue;
      if (this.entries.has(id) || ids.has(id)) throw new Broken('I2', `${id} was decided twice`);
      ids.add(id);
    }
  }

  take(transaction: StoreTransaction): void {
    for (const entry of transaction.entries) this.#log(entry);
    for (const { id, decision } of transaction.settled) {
      const settled = JSON.parse(decision) as Decision;
      this.#latest.set(id, settled);
      this.#remember(id, settled);
    }
    this.#epoch = transaction.epochs?.at(-1)?.id ?? this.#epoch;
  }

  #log(entry: LogEntry): void {
    const decision = JSON.parse(entry.decision) as Decision;
    if (decision.repeats === true) return;
    if (this.entries.has(entry.id)) throw new Broken('I2', `${entry.id} was decided twice`);
    this.entries.set(entry.id, entry);
    this.#latest.set(entry.id, decision);
    this.#remember(entry.id, decision);
    this.#order(entry);
  }

  /**
   * What is offered again comes in the order of the history that was lost. A network that loses single
   * frames can keep an outcome from a device that was told later ones: such a command comes after
   * what was offered, and is decided by its id.
   */
  #order({ device, n, id, body }: LogEntry): void {
    const place = `${this.#epoch} ${device}`;
    if (isOffer(body)) {
      this.#offeredN.set(place, Math.max(this.#offeredN.get(place) ?? 0, n));
      return;
    }
    if (n <= (this.#offeredN.get(place) ?? 0)) return;
    const before = this.#lastN.get(place) ?? 0;
    if (n <= before) throw new Broken('O3', `${device} ${n} (${id}) was decided after ${before}`);
    this.#lastN.set(place, n);
  }

  #remember(id: string, { outcome, receipt }: Decision): void {
    const ever = this.#ever.get(id) ?? new Set();
    this.#ever.set(id, ever.add(outcome));
    if (receipt !== undefined) ever.add(`receipt ${receipt}`);
  }

  /** History begins anew; what of it is left is told again. */
  clear(): void {
    this.entries.clear();
    this.#latest.clear();
    this.#lastN.clear();
    this.#offeredN.clear();
    this.#epoch = '';
  }

  /** A device's storage has a command: from now on it must not be lost. */
  promise(id: string, device: string, name: string): void {
    if (!this.#promised.has(id)) this.#promised.set(id, { device, name, outcome: undefined });
  }

  /** A device was told an outcome: it must have been durable. */
  answered(id: string, outcome: string, receipt: number | undefined): void {
    const promised = this.#promised.get(id);
    if (promised !== undefined) promised.outcome = outcome;
    const ever = this.#ever.get(id);
    if (ever === undefined) throw new Broken('I1', `${id} was answered and is not in the log`);
    if (!ever.has(outcome)) throw new Broken('I1', `${id} was answered ${outcome} and never was`);
    if (receipt !== undefined && !ever.has(`receipt ${receipt}`)) {
      throw new Broken('O6', `${id} was told receipt ${receipt}, which it never had`);
    }
  }

  /** A device that starts again knows what its storage kept, which may be less than it was told. */
  remembers(id: string, outcome: string): void {
    const promised = this.#promised.get(id);
    if (promised !== undefined) promised.outcome = outcome;
  }

  /** How a command of the present history stands. */
  decisionOf(id: string): Decision | undefined {
    return this.#latest.get(id);
  }

  /** Whether it was answered in another history, and offered to this one. */
  isOffered(id: string): boolean {
    const entry = this.entries.get(id);
    return entry !== undefined && isOffer(entry.body);
  }

  /** What its device was told last. */
  toldOf(id: string): string | undefined {
    return this.#promised.get(id)?.outcome;
  }

  /**
   * At the end every promise is in the log, and every device knows how it ended; but those that `left`
   * may not hear how what was deferred was settled, or that what was `ok` is deferred now.
   */
  finish(left: ReadonlySet<string>): void {
    for (const [id, { name, device, outcome }] of this.#promised) {
      const decision = this.decisionOf(id);
      if (decision === undefined) throw new Broken('I1', `${name} ${id} of ${device} was lost`);
      const isDeferred =
        outcome === 'deferred' || (outcome === 'ok' && decision.outcome === 'deferred');
      const isUnheard = isDeferred && left.has(device);
      if (outcome !== decision.outcome && !isUnheard) {
        const told = outcome ?? 'nothing';
        throw new Broken('I1', `${name} ${id} is ${decision.outcome}; ${device} was told ${told}`);
      }
    }
  }

  /** How many commands of the present history were decided how. */
  counts(): { ok: number; rejected: number; deferred: number } {
    const counts = { ok: 0, rejected: 0, deferred: 0 };
    for (const { decision } of this.entries.values()) {
      counts[(JSON.parse(decision) as Decision).outcome] += 1;
    }
    return counts;
  }
}

function isOffer(body: string): boolean {
  return (JSON.parse(body) as { answered?: object }).answered !== undefined;
}
