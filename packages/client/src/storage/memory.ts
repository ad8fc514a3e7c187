// A device's storage that ends with its page or process: for screens that only watch, and for
// devices where nothing better can be had. What is saved here does not survive a restart.

import type {
  DeviceChange,
  DeviceImage,
  JournalEntry,
  OutboxEntry,
  StoredRow,
} from '@pos-sync/sync';
import { ClientError } from '../client-error.ts';
import { type ClientStorage, carryOver } from './beside.ts';

interface Held {
  place: Pick<DeviceImage, 'at' | 'lastN' | 'proof' | 'view' | 'answered'>;
  nextN: number;
  readonly outbox: Map<number, OutboxEntry>;
  readonly journal: Map<number, JournalEntry>;
  readonly rows: Map<string, StoredRow>;
}

export function createMemoryStorage(): ClientStorage {
  const held: Held = {
    place: { at: undefined, lastN: 0, proof: undefined, view: '', answered: 0 },
    nextN: 1,
    outbox: new Map(),
    journal: new Map(),
    rows: new Map(),
  };
  let closed = false;

  /** Done at once; the answer comes as a promise all the same. */
  function done<Result>(run: () => Result): Promise<Result> {
    if (!closed) return Promise.resolve(run());
    return Promise.reject(new ClientError('CLOSED', 'This storage is closed.'));
  }

  const self: ClientStorage = {
    load: () => done(() => imageOf(held)),
    append: (commands) => done(() => commands.map((command) => give(held, command))),
    save: (change) => done(() => apply(held, change)),
    journal: (after, limit) =>
      done(() =>
        inOrder(held.journal)
          .filter(({ n }) => n > after)
          .slice(0, limit),
      ),
    async beside(_identity, image) {
      const storage = createMemoryStorage();
      await carryOver(storage, image, self);
      return storage;
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
  return self;
}

function give(held: Held, { id, text }: { readonly id: string; readonly text: string }): number {
  const n = held.nextN;
  held.nextN += 1;
  held.outbox.set(n, { n, id, text });
  return n;
}

function apply(held: Held, change: DeviceChange): void {
  const { at, lastN, proof, view } = change;
  let { answered } = held.place;
  for (const entry of change.answered) {
    held.outbox.delete(entry.n);
    held.journal.set(entry.n, entry);
    answered = Math.max(answered, entry.n);
  }
  for (const n of change.dropped) held.journal.delete(n);
  if (change.replace) held.rows.clear();
  for (const row of change.puts) held.rows.set(row.key, row);
  for (const key of change.removed) held.rows.delete(key);
  held.place = { at, lastN, proof, view, answered };
}

function imageOf({ place, nextN, outbox, journal, rows }: Held): DeviceImage {
  const isUnsettled = ({ n, answered: { outcome } }: JournalEntry): boolean =>
    outcome === 'deferred' || (outcome === 'ok' && n > place.lastN);
  const [lowest = nextN] = [...outbox.keys(), ...journal.keys()].toSorted((a, b) => a - b);
  return {
    ...place,
    outbox: inOrder(outbox),
    unsettled: inOrder(journal).filter(isUnsettled),
    rows: [...rows.values()],
    lowest,
  };
}

function inOrder<Entry extends OutboxEntry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries.values()].toSorted((one, other) => one.n - other.n);
}
