// A device's storage in plain JavaScript, for tests and the simulator. Writes wait until `soon` lets
// them through, one after the other; a crash before that loses them, as a power cut would.

import type {
  DeviceChange,
  DeviceImage,
  DeviceStorage,
  JournalEntry,
  OutboxEntry,
} from '../ports/device-storage.ts';
import type { StoredRow } from '../ports/store.ts';

/** Everything that survives a crash. Values are never changed in place, only replaced. */
interface Durable {
  place: Pick<DeviceImage, 'at' | 'lastN' | 'proof' | 'view' | 'answered'>;
  nextN: number;
  readonly outbox: Map<number, OutboxEntry>;
  readonly journal: Map<number, JournalEntry>;
  readonly rows: Map<string, StoredRow>;
}

/** `write` reaches the disk, `tell` whoever asked for it. */
interface Waiting {
  write(): void;
  tell(): void;
}

type Soon = (run: () => void) => void;

const nextMicrotask: Soon = (run) => void Promise.resolve().then(run);

export class MemoryDeviceStorage implements DeviceStorage {
  readonly #durable: Durable;
  readonly #soon: Soon;
  #waiting: Waiting[] = [];
  #closed = false;

  /** `soon` calls `run` once, whenever the disk is to be done with one more write. */
  constructor(soon: Soon = nextMicrotask, durable: Durable = empty()) {
    this.#soon = soon;
    this.#durable = durable;
  }

  /** Another storage with what is durable now; what either takes from here on stays its own. */
  clone(soon: Soon = this.#soon): MemoryDeviceStorage {
    return new MemoryDeviceStorage(soon, copyOf(this.#durable));
  }

  /**
   * What the next process finds. Of the writes that nobody was told of yet the first `reached` made
   * it to the disk; all others are lost, and none of their promises ever settles.
   */
  crash(reached = 0): MemoryDeviceStorage {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#closed = true;
    for (const { write } of waiting.slice(0, reached)) write();
    return this.clone();
  }

  load(): Promise<DeviceImage> {
    return this.#inTurn(() => imageOf(this.#durable));
  }

  append(commands: readonly { readonly id: string; readonly text: string }[]): Promise<number[]> {
    return this.#inTurn(() => commands.map(({ id, text }) => this.#give(id, text)));
  }

  save(change: DeviceChange): Promise<void> {
    return this.#inTurn(() => apply(this.#durable, change));
  }

  journal(after: number, limit: number): Promise<readonly JournalEntry[]> {
    return this.#inTurn(() =>
      inOrder(this.#durable.journal)
        .filter(({ n }) => n > after)
        .slice(0, limit),
    );
  }

  /** Settles when everything that was asked for before is done; nothing more is taken. */
  close(): Promise<void> {
    const closing = this.#inTurn(() => undefined);
    this.#closed = true;
    return closing;
  }

  #give(id: string, text: string): number {
    const n = this.#durable.nextN;
    this.#durable.nextN += 1;
    this.#durable.outbox.set(n, { n, id, text });
    return n;
  }

  #settleNext(): void {
    const next = this.#waiting.shift();
    next?.write();
    next?.tell();
  }

  #inTurn<Result>(run: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('This storage is closed.'));
      let result: Result;
      const write = (): void => {
        result = run();
      };
      this.#waiting.push({ write, tell: () => resolve(result) });
      this.#soon(() => this.#settleNext());
    });
  }
}

function apply(durable: Durable, change: DeviceChange): void {
  const { outbox, journal, rows } = durable;
  const { at, lastN, proof, view } = change;
  if (change.replace) rows.clear();
  for (const row of change.puts) rows.set(row.key, row);
  for (const key of change.removed) rows.delete(key);
  let { answered } = durable.place;
  for (const entry of change.answered) {
    outbox.delete(entry.n);
    journal.set(entry.n, entry);
    answered = Math.max(answered, entry.n);
  }
  for (const n of change.dropped) journal.delete(n);
  durable.place = { at, lastN, proof, view, answered };
}

function imageOf(durable: Durable): DeviceImage {
  const { place, nextN, outbox, journal, rows } = durable;
  const unsettled = inOrder(journal).filter(
    ({ n, answered: { outcome } }) =>
      outcome === 'deferred' || (outcome === 'ok' && n > place.lastN),
  );
  return {
    ...place,
    outbox: inOrder(outbox),
    unsettled,
    rows: [...rows.values()],
    lowest: Math.min(nextN, ...outbox.keys(), ...journal.keys()),
  };
}

function inOrder<Entry extends OutboxEntry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries.values()].toSorted((one, other) => one.n - other.n);
}

function empty(): Durable {
  return {
    place: { at: undefined, lastN: 0, proof: undefined, view: '', answered: 0 },
    nextN: 1,
    outbox: new Map(),
    journal: new Map(),
    rows: new Map(),
  };
}

function copyOf({ place, nextN, outbox, journal, rows }: Durable): Durable {
  return {
    place,
    nextN,
    outbox: new Map(outbox),
    journal: new Map(journal),
    rows: new Map(rows),
  };
}
