// A device's own copy: its commands, their outcomes, its rows. The suite in
// testing/device-storage-contract.ts holds every adapter to it.

import type { Answered } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';
import type { StoredRow } from './store.ts';

/** A command that has no outcome. `text` is its JSON without `n`, as it will be sent. */
export interface OutboxEntry {
  readonly n: number;
  readonly id: string;
  readonly text: string;
}

/** An answered command, kept so that a hub can be healed. */
export interface JournalEntry extends OutboxEntry {
  readonly answered: Answered;
}

export interface DeviceImage {
  readonly outbox: readonly OutboxEntry[];
  /** Those answered commands that the rows may not show yet: `ok` above `lastN`, or deferred. */
  readonly unsettled: readonly JournalEntry[];
  readonly rows: readonly StoredRow[];
  /** What the rows stand at; undefined before the first catch-up. */
  readonly at: At | undefined;
  readonly lastN: number;
  /** The highest `at` ever seen. */
  readonly proof: At | undefined;
  /** The highest `n` with an outcome, 0 for none. */
  readonly answered: number;
  /** The lowest `n` still held in outbox or journal; the next `n` to be given where none is. */
  readonly lowest: number;
  /** The view the rows are of, with its projection. */
  readonly view: string;
}

/** What changed since the last save; applied whole or not at all. */
export interface DeviceChange {
  /** All rows are dropped before `puts`. */
  readonly replace: boolean;
  readonly puts: readonly StoredRow[];
  readonly removed: readonly string[];
  readonly at: At | undefined;
  readonly lastN: number;
  readonly proof: At | undefined;
  readonly view: string;
  /** Moved out of the outbox into the journal, or changed there. */
  readonly answered: readonly JournalEntry[];
  /** Journal entries that may go. */
  readonly dropped: readonly number[];
}

export interface DeviceStorage {
  load(): Promise<DeviceImage>;
  /**
   * Gives each command the next `n` and stores it, durable when the promise settles. Answers the
   * `n`s in order. The one promise behind "saved".
   */
  append(commands: readonly { readonly id: string; readonly text: string }[]): Promise<number[]>;
  /** One transaction; may lag behind, never half. */
  save(change: DeviceChange): Promise<void>;
  /** Journal entries with `n > after` in order, at most `limit`. */
  journal(after: number, limit: number): Promise<readonly JournalEntry[]>;
  close(): Promise<void>;
}
