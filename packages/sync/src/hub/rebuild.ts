// The rows again, from nothing but the log: every decided command decided once more. A mutator that
// is not pure, or a row that came from anywhere else, shows as a difference.

import type { Domain } from '../domain.ts';
import type { Hash } from '../ports/hash.ts';
import type { Answer, Decision, EpochSpan, LogEntry } from '../ports/store.ts';
import type { Command } from '../protocol/command.ts';
import { SubjectWanted } from '../rows/draft.ts';
import { type HeldRow, bodyText } from '../rows/held-row.ts';
import { RowSet } from '../rows/row-set.ts';
import { Batch } from './batch.ts';
import { findDevice } from './device-record.ts';
import type { LoggedCommand } from './withheld.ts';

export interface Rebuilt {
  /** The working set after the last entry. */
  readonly rows: RowSet;
  /** The first seq whose rows or outcome come out differently now. */
  readonly differsAt: number | undefined;
}

/** `entries` are the whole log, in seq order; `chain` is the one before the first of them. */
export function rebuild(
  domain: Domain,
  hash: Hash,
  epochs: readonly EpochSpan[],
  entries: Iterable<LogEntry>,
): Rebuilt {
  const past = new Past();
  let differsAt: number | undefined;
  for (const entry of entries) {
    const decision = JSON.parse(entry.decision) as Decision;
    past.log.set(entry.id, past.log.get(entry.id) ?? entry);
    if (decision.repeats === true) continue;
    const batch = past.decide(domain, hash, epochs, entry, decision);
    const again = batch.entries[0];
    if (again?.rowsHash !== entry.rowsHash || again.decision !== entry.decision) {
      differsAt ??= entry.seq;
    }
    past.absorb(batch);
  }
  return { rows: past.rows, differsAt };
}

/** Everything the log has made so far. */
class Past {
  readonly rows = new RowSet();
  readonly archived = new Map<string, HeldRow>();
  readonly log = new Map<string, LogEntry>();
  readonly lastN = new Map<string, number>();
  floor = 0;
  receipt = 0;
  day = '';

  decide(
    domain: Domain,
    hash: Hash,
    epochs: readonly EpochSpan[],
    entry: LogEntry,
    decision: Decision,
  ): Batch {
    const span = epochs.findLast(({ beganAt }) => beganAt < entry.seq) ?? epochs[0]!;
    const { device, n, id } = entry;
    const command: LoggedCommand = { ...(JSON.parse(entry.body) as LoggedCommand), n, id };
    const ground = {
      domain,
      hash,
      ids: { next: () => '', below: () => 0 },
      hub: findDevice(this.rows, device) === undefined ? device : '',
      rows: this.rows,
      epoch: { number: span.number, id: span.id },
      seq: entry.seq - 1,
      chain: '',
      floor: this.floor,
      // The sidecar may have raised it, and says so nowhere else.
      receipt: Math.max(this.receipt, (decision.receipt ?? 0) - 1),
      receiptAtOpening: this.#receiptAtOpening(command, decision),
      besides: new Map<string, number>(),
      day: this.day,
      hubTimeMs: decision.hubTimeMs,
      // Whatever n it had, the log says that it was its turn.
      lastN: new Map([...this.lastN, [device, n - 1]]),
    };
    const refusal =
      decision.code === 'STORE_REFUSED'
        ? { code: decision.code, message: decision.message ?? '' }
        : undefined;
    const wanted = [...new Batch(ground).unseenSubjects([command])];
    for (;;) {
      const batch = new Batch(ground);
      batch.learn(this.#answer(command, wanted), wanted);
      try {
        batch.take(device, command, refusal);
        return batch;
      } catch (error) {
        if (!(error instanceof SubjectWanted)) throw error;
        wanted.push(error.subject);
      }
    }
  }

  /** Nobody wrote it down; but whether an offer was believed shows in the number it got. */
  #receiptAtOpening({ answered }: Command, { receipt }: Decision): number {
    if (answered?.receipt === undefined) return this.receipt;
    return answered.receipt === receipt ? receipt : -Infinity;
  }

  /** What the store would have answered: the command that is settled, and archived subjects. */
  #answer({ args }: Command, subjects: readonly string[]): Answer {
    const target = (args as { id?: unknown } | null)?.id;
    const settled = typeof target === 'string' ? this.log.get(target) : undefined;
    const rows = [...this.archived.values()].filter(({ subject }) => subjects.includes(subject));
    return {
      entries: settled === undefined ? [] : [settled],
      settled: [],
      rows: rows.map((row) => ({ ...row, text: bodyText(row) })),
      chains: new Map(),
    };
  }

  absorb(batch: Batch): void {
    for (const [key, write] of batch.overlay.writes) {
      this.archived.delete(key);
      if (write === null) this.rows.remove(key);
      else this.rows.put(write);
    }
    for (const key of batch.archived) {
      const row = this.rows.remove(key);
      if (row !== undefined) this.archived.set(key, row);
    }
    for (const [device, n] of batch.lastN) this.lastN.set(device, n);
    this.floor = batch.floor;
    this.receipt = batch.receipt;
    this.day = batch.day;
  }
}
