// A device's storage that is done at once: what `RunningReplica` does with promises, the rig does
// step by step.

import type {
  DeviceChange,
  DeviceImage,
  JournalEntry,
  OutboxEntry,
} from '../ports/device-storage.ts';
import type { StoredRow } from '../ports/store.ts';

export class RigDisk {
  nextN = 1;
  readonly outbox = new Map<number, OutboxEntry>();
  readonly journal = new Map<number, JournalEntry>();
  readonly rows = new Map<string, StoredRow>();
  #place: Pick<DeviceImage, 'at' | 'lastN' | 'proof' | 'view'> = {
    at: undefined,
    lastN: 0,
    proof: undefined,
    view: '',
  };

  append(commands: readonly { readonly id: string; readonly text: string }[]): number[] {
    return commands.map(({ id, text }) => {
      const n = this.nextN;
      this.nextN += 1;
      this.outbox.set(n, { n, id, text });
      return n;
    });
  }

  save(change: DeviceChange): void {
    const { at, lastN, proof, view } = change;
    if (change.replace) this.rows.clear();
    for (const row of change.puts) this.rows.set(row.key, row);
    for (const key of change.removed) this.rows.delete(key);
    for (const entry of change.answered) {
      this.outbox.delete(entry.n);
      this.journal.set(entry.n, entry);
    }
    for (const n of change.dropped) this.journal.delete(n);
    this.#place = { at, lastN, proof, view };
  }

  load(): DeviceImage {
    const journal = [...this.journal.values()];
    const held = [...this.outbox.keys(), ...this.journal.keys()];
    return {
      ...this.#place,
      outbox: [...this.outbox.values()],
      unsettled: journal.filter(
        ({ n, answered: { outcome } }) =>
          outcome === 'deferred' || (outcome === 'ok' && n > this.#place.lastN),
      ),
      rows: [...this.rows.values()],
      answered: Math.max(0, ...this.journal.keys()),
      lowest: held.length === 0 ? this.nextN : Math.min(...held),
    };
  }

  clone(): RigDisk {
    const copy = new RigDisk();
    copy.nextN = this.nextN;
    for (const [n, entry] of this.outbox) copy.outbox.set(n, entry);
    for (const [n, entry] of this.journal) copy.journal.set(n, entry);
    for (const [key, row] of this.rows) copy.rows.set(key, row);
    copy.#place = this.#place;
    return copy;
  }
}
