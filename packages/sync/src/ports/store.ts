// Where one store's history lies. One small synchronous port: a commit is one transaction, and when
// it returns the transaction is durable. The suite in testing/store-contract.ts holds every adapter
// to it.

import type { Row } from '../domain.ts';
import type { Outcome } from '../protocol/outcome.ts';

/** A stored row carries its body as the JSON text it was put with. */
export interface StoredRow {
  readonly key: string;
  readonly subject: string;
  readonly seq: number;
  readonly text: string;
}

export interface Epoch {
  readonly number: number;
  readonly id: string;
}

/** One history among those a store has had; `endedAt` is open for the present one. */
export interface EpochSpan extends Epoch {
  readonly beganAt: number;
  readonly endedAt: number | undefined;
}

/** One decided command. Everything but `salt` and `body` is covered by the chain in clear. */
export interface LogEntry {
  readonly seq: number;
  readonly device: string;
  readonly n: number;
  readonly id: string;
  /**
   * JSON text `{name, v, args, madeAt, base, answered?, withheld?}`; personal data, erasable together
   * with `salt`. With `withheld`, which says why, the args are empty.
   */
  readonly body: string;
  readonly salt: string;
  /** SHA-256 over the rows this command put and removed. */
  readonly rowsHash: string;
  /** `H(salt ‖ body ‖ rowsHash)`: stays when salt and body are erased. */
  readonly payloadHash: string;
  /** JSON text of the `Decision`. */
  readonly decision: string;
  readonly chain: string;
}

/** What the hub decided and added; canonical JSON of it stands in the chain. */
export interface Decision {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly message?: string;
  readonly hubTimeMs: number;
  readonly day: string;
  readonly receipt?: number;
  /** Made before the turn to the day it is counted in. */
  readonly late?: boolean;
  /** The id was already decided under another `(device, n)`: no effect. */
  readonly repeats?: boolean;
}

/** A deferred command's later fate. The log entry itself never changes. */
export interface Settlement {
  readonly id: string;
  readonly seq: number;
  readonly decision: string;
}

export interface Head {
  readonly seq: number;
  readonly chain: string;
}

export interface StoreImage {
  readonly store: string;
  readonly epochs: readonly EpochSpan[];
  readonly head: Head;
  /** The seq of the last turn: nothing below it can be told as a delta. */
  readonly floor: number;
  readonly receipt: number;
  readonly day: string;
  readonly hubTimeMs: number;
  /** The working set. */
  readonly rows: readonly StoredRow[];
  /** Rows of the working set removed since the floor. */
  readonly tombstones: readonly Tombstone[];
  readonly lastN: ReadonlyMap<string, number>;
}

export interface Tombstone {
  readonly key: string;
  readonly seq: number;
}

export interface StoreTransaction {
  readonly entries: readonly LogEntry[];
  readonly puts: readonly StoredRow[];
  readonly removed: readonly Tombstone[];
  /** Keys that stay readable as history but leave the working set. */
  readonly archived: readonly string[];
  readonly settled: readonly Settlement[];
  readonly lastN: ReadonlyMap<string, number>;
  readonly head: Head;
  readonly floor: number;
  readonly receipt: number;
  readonly day: string;
  readonly hubTimeMs: number;
  /** The whole list, only when it changes. */
  readonly epochs?: readonly EpochSpan[];
}

export interface Question {
  readonly ids?: readonly string[];
  readonly slots?: readonly Slot[];
  readonly subjects?: readonly string[];
  readonly chains?: readonly number[];
}

export interface Slot {
  readonly device: string;
  readonly n: number;
}

export interface Answer {
  /** Entries whose id or slot was asked for, each once. */
  readonly entries: readonly LogEntry[];
  /** The latest settlement of those ids that have one. */
  readonly settled: readonly Settlement[];
  /** Every row of the subjects asked for, archived or not. */
  readonly rows: readonly StoredRow[];
  /** The chain after each seq asked for; a seq the store does not have is left out. */
  readonly chains: ReadonlyMap<number, string>;
}

export interface Store {
  /** What lies there; undefined when the store is new and empty. */
  load(): StoreImage | undefined;
  /** Begins a new, empty store. */
  begin(genesis: { readonly store: string; readonly epoch: Epoch; readonly chain: string }): void;
  /** Reads committed data only. */
  find(question: Question): Answer;
  /** All or nothing, durable on return. Throws `StoreFault`. */
  commit(transaction: StoreTransaction): void;
  /** Decided commands with `seq > after`, in seq order, at most `limit`. */
  history(after: number, limit: number): readonly LogEntry[];
  close(): void;
}

/**
 * `value`: this transaction holds something the store cannot take; a smaller one may pass.
 * `busy`: full, locked or away; nothing was written; the same transaction may pass later.
 * `broken`: input, output or corruption; nobody may be answered; start again and verify.
 */
export type FaultKind = 'value' | 'busy' | 'broken';

export class StoreFault extends Error {
  readonly kind: FaultKind;
  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFault';
    this.kind = kind;
  }
}

/** The row a stored row stands for. */
export function rowOf(stored: StoredRow): Row {
  return {
    key: stored.key,
    subject: stored.subject,
    seq: stored.seq,
    body: JSON.parse(stored.text) as Row['body'],
  };
}
