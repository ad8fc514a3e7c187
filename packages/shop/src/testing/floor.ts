// A shop floor for tests: devices that give commands and a hub that decides them one after another,
// over rows in memory. Rows are frozen, so a mutator that changes one in place fails its test.

import { kindOf, type Row } from '@pos-sync/sync';
import type { Domain, JsonObject, Refusal, Rows, Situation } from '@pos-sync/sync';
import { createShop } from '../shop.ts';

const hubTimeMs = 1_795_000_000_000;

export interface Given {
  readonly name: string;
  readonly args: JsonObject;
  readonly device?: string;
  readonly role?: string;
  /** The seq its user was looking at; by default all there is. */
  readonly base?: number;
}

export interface Decided {
  readonly seq: number;
  readonly refusal: Refusal | undefined;
  readonly flags: readonly string[];
  readonly put: readonly string[];
  readonly removed: readonly string[];
  /** Kinds it read or wrote. */
  readonly touched: ReadonlySet<string>;
}

export interface Floor {
  readonly shop: Domain;
  readonly rows: ReadonlyMap<string, Row>;
  /** Every code raised so far. */
  readonly raised: readonly string[];
  /** Rows outside the working set, by subject. */
  readonly archive: Map<string, readonly Row[]>;
  day: string;
  epoch: number;
  seq: number;
  /** Decides a command; throws when a fact is refused or args do not fit the schema. */
  give(given: Given): Decided;
  body(key: string): JsonObject | undefined;
  /** Runs the turn to `day` as the hub would. */
  turn(day: string): void;
}

export function createFloor(): Floor {
  const shop = createShop({ timeZone: 'Europe/Berlin', cutOffHour: 4 });
  const rows = new Map<string, Row>();
  const raised: string[] = [];
  const floor: Floor = {
    shop,
    rows,
    raised,
    archive: new Map(),
    day: '2026-11-22',
    epoch: 1,
    seq: 0,
    give: (given) => decide(floor, rows, raised, given),
    body: (key) => rows.get(key)?.body,
    turn: (day) => turn(floor, rows, day),
  };
  return floor;
}

const nothing = { flags: [], put: [], removed: [], touched: new Set<string>() };

class SubjectWanted extends Error {}

function decide(floor: Floor, rows: Map<string, Row>, raised: string[], given: Given): Decided {
  const mutator = floor.shop.mutators.get(given.name);
  if (mutator === undefined) throw new Error(`There is no command ${given.name}.`);
  const refused = floor.shop.withholds?.(given.name, mutator.v, given.args);
  if (refused !== undefined) return { ...nothing, seq: floor.seq, refusal: refused };
  const args = mutator.schema.parse(given.args);
  const seq = floor.seq + 1;
  const draft = createDraft(floor, rows, seq);
  const situation = situationOf(floor, given, seq);
  let refusal: Refusal | undefined;
  try {
    refusal = mutator.run(draft.rows, args, situation);
  } catch (wanted) {
    if (!(wanted instanceof SubjectWanted)) throw wanted;
    for (const row of floor.archive.get(wanted.message) ?? []) rows.set(row.key, { ...row, seq });
    floor.archive.set(wanted.message, []);
    return decide(floor, rows, raised, given);
  }
  if (refusal !== undefined && mutator.kind === 'fact') throw new Error('A fact was refused.');
  floor.seq = seq;
  if (refusal === undefined) {
    for (const [key, row] of draft.written) {
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    }
    raised.push(...draft.flags);
  }
  const written = refusal === undefined ? [...draft.written] : [];
  return {
    seq,
    refusal,
    flags: draft.flags,
    put: written.filter(([, row]) => row !== undefined).map(([key]) => key),
    removed: written.filter(([, row]) => row === undefined).map(([key]) => key),
    touched: draft.touched,
  };
}

function createDraft(floor: Floor, below: ReadonlyMap<string, Row>, seq: number) {
  const written = new Map<string, Row | undefined>();
  const flags: string[] = [];
  const touched = new Set<string>();
  const find = (key: string): Row | undefined =>
    written.has(key) ? written.get(key) : below.get(key);
  const rows: Rows = {
    get(key) {
      touched.add(kindOf(key));
      return find(key)?.body;
    },
    keys(subject) {
      const keys = new Set([...below.keys(), ...written.keys()]);
      return [...keys].filter((key) => find(key)?.subject === subject).toSorted();
    },
    put(key, subject, body) {
      touched.add(kindOf(key));
      written.set(key, { key, subject, seq, body: freeze(body) });
    },
    remove(key) {
      touched.add(kindOf(key));
      written.set(key, undefined);
    },
    require(subject) {
      if (floor.archive.get(subject)?.length) throw new SubjectWanted(subject);
    },
    flag: (code) => void flags.push(code),
  };
  return { rows, written, flags, touched };
}

function situationOf(floor: Floor, given: Given, seq: number): Situation {
  return {
    id: `command-${seq}`,
    device: given.device ?? 'tablet-1',
    letter: 'A',
    role: given.role ?? 'entry',
    hubTimeMs: hubTimeMs + seq,
    day: floor.day,
    madeAtMs: 0,
    base: given.base ?? floor.seq,
    late: false,
    stand: { epoch: floor.epoch, seq },
    takeReceipt: () => seq,
  };
}

function turn(floor: Floor, rows: Map<string, Row>, day: string): void {
  floor.day = day;
  for (const [subject, members] of Map.groupBy(rows.values(), (row) => row.subject)) {
    if (!floor.shop.leavesAtTurn(subject, members, day)) continue;
    floor.archive.set(subject, members);
    for (const row of members) rows.delete(row.key);
  }
}

function freeze<Value extends object>(value: Value): Value {
  for (const field of Object.values(value) as unknown[]) {
    if (typeof field === 'object' && field !== null) freeze(field);
  }
  return Object.freeze(value);
}
