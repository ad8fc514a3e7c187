// A device's storage on a simulated disk: appends are synced before they count, saves are not.

import type {
  DeviceChange,
  DeviceImage,
  JournalEntry,
  OutboxEntry,
  StoredRow,
} from '@pos-sync/sync';
import { DiskFault, SimDisk } from './disk.ts';

export type DeviceRecord =
  | { readonly append: readonly OutboxEntry[] }
  | { readonly save: DeviceChange };

export class DeviceDisk {
  readonly disk: SimDisk<DeviceRecord>;

  constructor(disk: SimDisk<DeviceRecord> = new SimDisk<DeviceRecord>()) {
    this.disk = disk;
  }

  /**
   * What a copy that becomes itself takes along: its rows, its journal and then its outbox, numbered
   * from 1. Answers the numbers by id.
   */
  begin(image: DeviceImage, journal: readonly JournalEntry[]): Map<string, number> {
    const { rows, at, proof, view } = image;
    const carried = [...journal, ...image.outbox].toSorted((one, other) => one.n - other.n);
    const numbers = new Map(carried.map(({ id }, index) => [id, index + 1]));
    const lastN = carried.filter(({ n }) => n <= image.lastN).length;
    const answered = journal.map((entry) => ({ ...entry, n: numbers.get(entry.id)! }));
    this.disk.append({
      append: carried.map(({ id, text }) => ({ n: numbers.get(id)!, id, text })),
    });
    const where = { at, proof, view, lastN };
    this.disk.append({
      save: { ...where, replace: true, puts: rows, removed: [], answered, dropped: [] },
    });
    this.disk.sync();
    return numbers;
  }

  /** Durable on return. Answers the numbers given, or a sentence when nothing was stored. */
  append(commands: readonly { readonly id: string; readonly text: string }[]): number[] | string {
    const { nextN } = readDevice(this.disk.read());
    const entries = commands.map(({ id, text }, index) => ({ n: nextN + index, id, text }));
    const problem = this.#write({ append: entries });
    if (problem !== undefined) return problem;
    return entries.map(({ n }) => n);
  }

  /** Lags behind: a power cut may lose it, never half of it. */
  save(change: DeviceChange): string | undefined {
    try {
      this.disk.append({ save: change });
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  #write(record: DeviceRecord): string | undefined {
    try {
      this.disk.append(record);
      this.disk.sync();
      return undefined;
    } catch (error) {
      if (error instanceof DiskFault) return error.message;
      throw error;
    }
  }

  journal(after: number, limit: number): JournalEntry[] {
    const { journal } = readDevice(this.disk.read());
    const entries = [...journal.values()].filter(({ n }) => n > after);
    return entries.toSorted((one, other) => one.n - other.n).slice(0, limit);
  }

  load(): DeviceImage {
    return readDevice(this.disk.read()).image;
  }
}

interface Read {
  readonly image: DeviceImage;
  readonly nextN: number;
  readonly journal: ReadonlyMap<string, JournalEntry>;
}

function readDevice(records: readonly DeviceRecord[]): Read {
  const outbox = new Map<string, OutboxEntry>();
  const journal = new Map<string, JournalEntry>();
  const rows = new Map<string, StoredRow>();
  let nextN = 1;
  let last: DeviceChange | undefined;
  for (const record of records) {
    if ('append' in record) {
      for (const entry of record.append) outbox.set(entry.id, entry);
      nextN += record.append.length;
      continue;
    }
    last = record.save;
    if (last.replace) rows.clear();
    for (const row of last.puts) rows.set(row.key, row);
    for (const key of last.removed) rows.delete(key);
    for (const entry of last.answered) {
      outbox.delete(entry.id);
      journal.set(entry.id, entry);
    }
    const dropped = new Set(last.dropped);
    for (const entry of journal.values()) if (dropped.has(entry.n)) journal.delete(entry.id);
  }
  const lastN = last?.lastN ?? 0;
  const held = [...outbox.values(), ...journal.values()].map(({ n }) => n);
  const image: DeviceImage = {
    outbox: [...outbox.values()],
    unsettled: [...journal.values()].filter(({ n, answered }) =>
      answered.outcome === 'ok' ? n > lastN : answered.outcome === 'deferred',
    ),
    rows: [...rows.values()],
    at: last?.at,
    lastN,
    proof: last?.proof,
    answered: Math.max(0, ...[...journal.values()].map(({ n }) => n)),
    lowest: held.length === 0 ? nextN : Math.min(...held),
    view: last?.view ?? '',
  };
  return { image, nextN, journal };
}
