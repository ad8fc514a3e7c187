// What a batch knows of ids and slots that were decided before: from the store, and from itself.

import type { Answer, Decision, LogEntry } from '../ports/store.ts';
import type { Decided } from '../protocol/outcome.ts';

/** How an id ended, and the entry it was first logged as. */
export interface Known {
  /** The seq of its latest decision. */
  readonly seq: number;
  readonly decision: Decision;
  readonly entry: LogEntry;
}

export class KnownCommands {
  readonly #byId = new Map<string, Known>();
  readonly #idBySlot = new Map<string, string>();

  learn(answer: Answer): void {
    for (const entry of answer.entries) this.add(entry, JSON.parse(entry.decision) as Decision);
    for (const settlement of answer.settled) {
      const decision = JSON.parse(settlement.decision) as Decision;
      this.settle(settlement.id, settlement.seq, decision);
    }
  }

  add(entry: LogEntry, decision: Decision): Known {
    const known = { seq: entry.seq, decision, entry };
    this.#idBySlot.set(slotText(entry.device, entry.n), entry.id);
    if (decision.repeats !== true) this.#byId.set(entry.id, known);
    return known;
  }

  settle(id: string, seq: number, decision: Decision): void {
    const known = this.#byId.get(id);
    if (known !== undefined) this.#byId.set(id, { ...known, seq, decision });
  }

  find(id: string): Known | undefined {
    return this.#byId.get(id);
  }

  /** The id logged in a slot, where that is known. */
  idAt(device: string, n: number): string | undefined {
    return this.#idBySlot.get(slotText(device, n));
  }
}

function slotText(device: string, n: number): string {
  return `${device} ${n}`;
}

/** A known decision as an outcome message for whoever asked under `n`. */
export function decidedOf(n: number, known: Known): Decided {
  const { outcome, code, message, hubTimeMs, day, receipt } = known.decision;
  return {
    n,
    id: known.entry.id,
    seq: known.seq,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    hubTimeMs,
    day,
    ...(receipt === undefined ? {} : { receipt }),
  };
}
