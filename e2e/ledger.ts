// What devices were asked to do and what became of it, written down outside of them: the judge's
// own book, which no hub and no device can change.

import type { Client } from '@pos-sync/client';

type Given = ReturnType<Client['give']>;
type Answered = Awaited<Given['accepted']>;

export interface Entry {
  readonly device: string;
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The device said "saved". */
  isSaved: boolean;
  /** The hub's first outcome, as the device heard it. */
  answered: Answered | undefined;
}

export class Ledger {
  readonly entries: Entry[] = [];
  readonly troubles: string[] = [];
  #answered = 0;

  /** How many commands have an outcome. */
  get answered(): number {
    return this.#answered;
  }

  /** Settles with the outcome; never rejects: what went wrong stands in `troubles`. */
  async enter(device: string, name: string, args: object, given: Given): Promise<unknown> {
    const { id, refused, saved, accepted } = given;
    if (refused !== undefined) {
      this.troubles.push(`${device} refused ${name}: ${refused.code} ${refused.message}`);
      return undefined;
    }
    const entry: Entry = {
      device,
      id,
      name,
      args: { ...args },
      isSaved: false,
      answered: undefined,
    };
    this.entries.push(entry);
    try {
      await saved;
      entry.isSaved = true;
      entry.answered = await accepted;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'CLOSED') {
        this.troubles.push(`${device}: ${name}: ${String(error)}`);
      }
      return undefined;
    }
    this.#answered += 1;
    const { outcome, code = '', message = '' } = entry.answered;
    if (outcome !== 'ok') this.troubles.push(`${device}: ${name}: ${outcome} ${code} ${message}`);
    return entry.answered;
  }

  /** The ids of commands that nobody has heard of yet. */
  unanswered(): string[] {
    return this.entries.flatMap(({ id, answered }) => (answered === undefined ? [id] : []));
  }
}
