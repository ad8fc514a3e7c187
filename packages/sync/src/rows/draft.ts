// One command's writes while its mutator runs. They count only when the command goes through.

import { type Refusal, type Rows, kindOf } from '../domain.ts';
import type { JsonObject } from '../json.ts';
import { engineKinds } from './engine-kinds.ts';
import { hold } from './held-row.ts';
import { Layer } from './layer.ts';
import type { RowReader } from './row-set.ts';

/** Thrown out of a mutator: it cannot decide before this subject was looked for in the archive. */
export class SubjectWanted extends Error {
  readonly subject: string;
  constructor(subject: string) {
    super(`subject ${subject} is wanted`);
    this.name = 'SubjectWanted';
    this.subject = subject;
  }
}

export class Draft implements Rows {
  readonly layer: Layer;
  readonly flags: Refusal[] = [];
  /** Said with the outcome `ok` to whoever asked. */
  remark: Refusal | undefined;
  readonly #seq: number;
  readonly #isLoaded: (subject: string) => boolean;

  /** `isLoaded` says whether a subject without rows is known to have none anywhere. */
  constructor(below: RowReader, seq: number, isLoaded: (subject: string) => boolean) {
    this.layer = new Layer(below);
    this.#seq = seq;
    this.#isLoaded = isLoaded;
  }

  get(key: string): JsonObject | undefined {
    return this.layer.find(key)?.body;
  }

  keys(subject: string): readonly string[] {
    return [...this.layer.keysOf(subject)].toSorted();
  }

  put(key: string, subject: string, body: JsonObject): void {
    refuseEngineKind(key);
    this.putOwn(key, subject, body);
  }

  remove(key: string): void {
    refuseEngineKind(key);
    this.layer.remove(key);
  }

  /** For the engine's own commands, which alone write rows of its own kinds. */
  putOwn(key: string, subject: string, body: JsonObject): void {
    this.layer.put(hold({ key, subject, seq: this.#seq, body }));
  }

  require(subject: string): void {
    if (hasRowsOf(this.layer, subject) || this.#isLoaded(subject)) return;
    throw new SubjectWanted(subject);
  }

  flag(code: string, message: string): void {
    this.flags.push({ code, message });
  }
}

function refuseEngineKind(key: string): void {
  const kind = kindOf(key);
  if (!engineKinds.has(kind)) return;
  throw new Error(`rows of the kind "${kind}" are the engine's own; give ${key} another kind`);
}

/** Whether anything but deferred commands is here of a subject. */
export function hasRowsOf(rows: RowReader, subject: string): boolean {
  for (const key of rows.keysOf(subject)) if (kindOf(key) !== 'deferred') return true;
  return false;
}
