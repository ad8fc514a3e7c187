// The sidecar: a small file beside the database, and on a second medium where there is one, that
// remembers how far history had come. A database that lacks any of it was put back from a copy.

import type { JsonObject } from '../json.ts';
import type { At } from '../protocol/scalar.ts';
import type { EpochSpan } from './store.ts';

export interface Witnessed {
  readonly store: string;
  readonly epochs: readonly EpochSpan[];
  /** A lower bound: written at most once a second, after a commit. */
  readonly at: At;
  /**
   * The device table, so that nobody who was revoked comes back with an old copy; with `seenMs`, hub
   * time at which the device was last here.
   */
  readonly devices: readonly JsonObject[];
  /** The highest receipt number ever given. */
  readonly receipt: number;
}

export interface Witness {
  /** Undefined where there is none, or none that can be read. */
  read(): Witnessed | undefined;
  /** Atomically; a failure is the adapter's to report, never the hub's to stop for. */
  write(witnessed: Witnessed): void;
}
