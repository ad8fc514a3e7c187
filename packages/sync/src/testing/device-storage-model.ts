// The simplest thing that could be a device's storage: a list of all commands ever given and what
// became of each. Random histories are carried out on it and on the storage under test.

import type { DeviceChange, DeviceImage, JournalEntry } from '../ports/device-storage.ts';
import type { StoredRow } from '../ports/store.ts';

interface Held {
  readonly n: number;
  readonly id: string;
  readonly text: string;
  entry?: JournalEntry;
  isDropped: boolean;
}

export class DeviceStorageModel {
  readonly #all: Held[] = [];
  #rows: readonly StoredRow[] = [];
  #place: Pick<DeviceImage, 'at' | 'lastN' | 'proof' | 'view'> = {
    at: undefined,
    lastN: 0,
    proof: undefined,
    view: '',
  };

  append(commands: readonly { readonly id: string; readonly text: string }[]): number[] {
    return commands.map(({ id, text }) => {
      const n = this.#all.length + 1;
      this.#all.push({ n, id, text, isDropped: false });
      return n;
    });
  }

  save(change: DeviceChange): void {
    const { at, lastN, proof, view, puts, removed, answered, dropped, replace } = change;
    const goes = new Set([...puts.map(({ key }) => key), ...removed]);
    const kept = replace ? [] : this.#rows.filter(({ key }) => !goes.has(key));
    this.#rows = [...kept, ...puts];
    this.#place = { at, lastN, proof, view };
    for (const held of this.#all) {
      const entry = answered.find(({ n }) => n === held.n);
      if (entry !== undefined) held.entry = entry;
      if (dropped.includes(held.n)) held.isDropped = true;
    }
  }

  get nextN(): number {
    return this.#all.length + 1;
  }

  /** Commands without an outcome. */
  get outbox() {
    const waiting = this.#all.filter(({ entry }) => entry === undefined);
    return waiting.map(({ n, id, text }) => ({ n, id, text }));
  }

  get journal(): JournalEntry[] {
    return this.#all.flatMap(({ entry, isDropped }) =>
      entry === undefined || isDropped ? [] : entry,
    );
  }

  get image(): DeviceImage {
    const { outbox, journal } = this;
    const [lowest = this.nextN] = [...outbox, ...journal].map(({ n }) => n).toSorted(byNumber);
    const isUnsettled = ({ n, answered: { outcome } }: JournalEntry): boolean =>
      outcome === 'deferred' || (outcome === 'ok' && n > this.#place.lastN);
    const answeredEver = this.#all.filter(({ entry }) => entry !== undefined);
    return {
      ...this.#place,
      outbox,
      unsettled: journal.filter(isUnsettled),
      rows: this.#rows.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
      answered: answeredEver.at(-1)?.n ?? 0,
      lowest,
    };
  }
}

function byNumber(one: number, other: number): number {
  return one - other;
}
