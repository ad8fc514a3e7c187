// What the engine asks of the thing it syncs. The engine has never heard of restaurants: a domain
// brings its mutators, its views and its business day, and is handed to hub and replica alike.

import type * as z from 'zod/mini';
import type { Json, JsonObject } from './json.ts';

/** One record. `key` is `kind/id`; rows of one subject (an order, say) are loaded together. */
export interface Row {
  readonly key: string;
  readonly subject: string;
  /** The seq of the decided command that put it. */
  readonly seq: number;
  readonly body: JsonObject;
}

/** What a mutator may read and write. Reads see what the same command wrote. */
export interface Rows {
  get(key: string): JsonObject | undefined;
  /** The keys of a subject's rows, in code-unit order. */
  keys(subject: string): readonly string[];
  /** Throws where `key` is of one of the engine's own kinds: `device`, `attention` and such. */
  put(key: string, subject: string, body: JsonObject): void;
  remove(key: string): void;
  /** Asks for a whole subject that may lie outside the working set; the hub decides again with it. */
  require(subject: string): void;
  /** Raises something strange to the people of the shop; the command still goes through. */
  flag(code: string, message: string): void;
}

/** What surrounds one command: the same on a re-offer as on the first decision. */
export interface Situation {
  readonly id: string;
  readonly device: string;
  readonly letter: string;
  readonly role: string;
  /** Hub time in ms; on a device, its best estimate. */
  readonly hubTimeMs: number;
  /** Business day the command is counted in, `2026-11-22`. */
  readonly day: string;
  /** The device's own clock: a label, never used to order or decide. */
  readonly madeAtMs: number;
  /** The seq its user was looking at. */
  readonly base: number;
  /** Its user had not yet seen the turn to the present day. */
  readonly late: boolean;
  /** Where this command stands in history; undefined on a device. Kept in rows by setters. */
  readonly stand: Stand | undefined;
  /** The next gap-free receipt number; undefined on a device, which must never invent one. */
  takeReceipt(): number | undefined;
}

/** A place in history that survives a restore: epochs first, then seq. */
export interface Stand {
  readonly epoch: number;
  readonly seq: number;
}

/** Why an intent is not carried out: a code for programs, a sentence for a waiter. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Why nothing of a command's args may be kept, and which field it is about. */
export interface Withheld extends Refusal {
  readonly field: string;
}

/**
 * A fact has happened in the world and is never rejected, only deferred; an intent may be refused.
 * `Args` is what `schema` lets through.
 */
export interface Mutator<Args extends object = object> {
  readonly name: string;
  readonly v: number;
  readonly kind: 'fact' | 'intent';
  readonly roles: readonly string[];
  readonly schema: z.ZodMiniType<Args>;
  subject(args: Args): string;
  /** Carries the command out. Pure: reads and writes `rows` only. */
  run(rows: Rows, args: Args, situation: Situation): Refusal | undefined;
}

/** What a role may see. `project` is pure; undefined means the row is not in the view. */
export interface View {
  /** Changes whenever `project` would answer differently; a device with another one gets a snapshot. */
  readonly projection: string;
  /** The kinds of row it may ever show; `project` is asked about no others. */
  readonly kinds: ReadonlySet<string>;
  project(row: Row): JsonObject | undefined;
}

/** A command that the hub itself gives, with an id made from the act so that doing it twice is once. */
export interface HubCommand {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

export interface Domain {
  readonly mutators: ReadonlyMap<string, Mutator>;
  /** Lifts the args of an older `v` to the present one; undefined when that `v` never existed. */
  upcast(name: string, v: number, args: Json): Json | undefined;
  /**
   * Whether the args of a command, known here or not, hold what must lie on no disk and in no log.
   * Such a command is not saved by its device; the hub rejects it, fact or not, and keeps no args.
   */
  withholds?(name: string, v: number, args: Json): Withheld | undefined;
  readonly views: ReadonlyMap<string, View>;
  /** The view of a role; undefined for a role this domain does not know. */
  viewOf(role: string): string | undefined;
  /** The business day that `hubTimeMs` falls in. */
  dayOf(hubTimeMs: number): string;
  /** At the turn to `day`: whether a subject with these rows leaves the working set. */
  leavesAtTurn(subject: string, rows: readonly Row[], day: string): boolean;
  /** What a screen's receipt of everything up to `seq` makes true, as commands of the hub. */
  onSeen(seen: Seen, rows: Iterable<Row>): readonly HubCommand[];
}

export interface Seen {
  readonly device: string;
  readonly seq: number;
  readonly stations: readonly string[];
}

/** `kind` of a row key: what stands before the first slash. */
export function kindOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}
