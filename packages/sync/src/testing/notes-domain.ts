// The smallest domain that shows every rule of the engine: notes that may be hidden, closed or
// removed, tallies that count facts, and a view that must not show everything.

import * as z from 'zod/mini';
import type { Domain, Mutator, Row, Rows, View } from '../domain.ts';
import type { JsonObject } from '../json.ts';

const dayMs = 86_400_000;
const id = z.string().check(z.minLength(1), z.maxLength(64));
const note = z.strictObject({ id });
const staff = ['entry', 'manager'];

const noteKey = (of: string): string => `note/${of}`;
const tallyKey = (of: string): string => `tally/${of}`;
const subjectOf = (args: { id: string }): string => `board:${args.id}`;

function update(rows: Rows, of: string, change: JsonObject) {
  rows.require(`board:${of}`);
  const before = rows.get(noteKey(of));
  if (before === undefined) return { code: 'NO_NOTE', message: `There is no note ${of}.` };
  rows.put(noteKey(of), `board:${of}`, { ...before, ...change });
  return undefined;
}

const write: Mutator<{ id: string; text: string }> = {
  name: 'note.write',
  v: 2,
  kind: 'intent',
  roles: staff,
  schema: z.strictObject({ id, text: z.string() }),
  subject: subjectOf,
  run(rows, args, { device }) {
    const body = { text: args.text, by: device, hidden: false, closed: false };
    rows.put(noteKey(args.id), subjectOf(args), body);
    return undefined;
  },
};

const change: Mutator<{ id: string; text: string }> = {
  name: 'note.change',
  v: 1,
  kind: 'intent',
  roles: staff,
  schema: z.strictObject({ id, text: z.string() }),
  subject: subjectOf,
  run: (rows, args) => update(rows, args.id, { text: args.text }),
};

const hide: Mutator<{ id: string; hidden: boolean }> = {
  name: 'note.hide',
  v: 1,
  kind: 'intent',
  roles: staff,
  schema: z.strictObject({ id, hidden: z.boolean() }),
  subject: subjectOf,
  run: (rows, args) => update(rows, args.id, { hidden: args.hidden }),
};

const close: Mutator<{ id: string }> = {
  name: 'note.close',
  v: 1,
  kind: 'intent',
  roles: staff,
  schema: note,
  subject: subjectOf,
  run(rows, args, situation) {
    const receipt = situation.takeReceipt();
    const { day, late } = situation;
    return update(rows, args.id, {
      closed: true,
      ...(receipt === undefined ? {} : { receipt, day, late }),
    });
  },
};

const remove: Mutator<{ id: string }> = {
  name: 'note.remove',
  v: 1,
  kind: 'intent',
  roles: ['manager'],
  schema: note,
  subject: subjectOf,
  run(rows, args) {
    rows.remove(noteKey(args.id));
    return undefined;
  },
};

const fail: Mutator<{ id: string }> = {
  name: 'note.fail',
  v: 1,
  kind: 'intent',
  roles: staff,
  schema: note,
  subject: subjectOf,
  run(rows, args) {
    rows.put(noteKey(args.id), subjectOf(args), { text: 'half done' });
    throw new Error('a bug');
  },
};

/** A fact: refused at 100, a bug at 13, strange above 1,000. */
const count: Mutator<{ id: string; by: number }> = {
  name: 'tally.add',
  v: 1,
  kind: 'fact',
  roles: [...staff, 'hub'],
  schema: z.strictObject({ id, by: z.int() }),
  subject: subjectOf,
  run(rows, args) {
    if (args.by === 13) throw new Error('a bug');
    const before = rows.get(tallyKey(args.id))?.['sum'] ?? 0;
    const sum = Number(before) + args.by;
    if (sum >= 100 && sum < 1_000) return { code: 'FULL', message: 'The tally is full.' };
    if (sum >= 1_000) rows.flag('MANY', `The tally stands at ${sum}.`);
    rows.put(tallyKey(args.id), subjectOf(args), { sum });
    return undefined;
  },
};

const receipt: Mutator<{ id: string; seq: number }> = {
  name: 'tally.receipt',
  v: 1,
  kind: 'fact',
  roles: ['hub'],
  schema: z.strictObject({ id, seq: z.int() }),
  subject: subjectOf,
  run(rows, args) {
    rows.put(`receipt/${args.id}`, subjectOf(args), { seen: args.seq });
    return undefined;
  },
};

const everything: View = {
  projection: 'all 1',
  kinds: new Set(['note', 'tally', 'receipt', 'attention', 'device']),
  project: (row) => row.body,
};

/** Guests see the text of a note that is not hidden, and nothing else. */
export function publicView(projection: string, fields: readonly string[]): View {
  return {
    projection,
    kinds: new Set(['note']),
    project(row) {
      if (row.body['hidden'] !== false) return undefined;
      return Object.fromEntries(fields.map((field) => [field, row.body[field] ?? '']));
    },
  };
}

const views: [string, View][] = [
  ['everything', everything],
  ['public', publicView('public 1', ['text'])],
  ['tallies', { projection: 'tallies 1', kinds: new Set(['tally']), project: (row) => row.body }],
];
const viewOfRole: Readonly<Record<string, string>> = {
  entry: 'everything',
  manager: 'everything',
  guest: 'public',
  screen: 'tallies',
};
const mutators = [write, change, hide, close, remove, fail, count, receipt] as Mutator[];

/** Months of 28 days, counted from the beginning of 2026: the engine only compares days. */
function dayOf(hubTimeMs: number): string {
  const days = Math.floor(hubTimeMs / dayMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `2026-${two((Math.floor(days / 28) % 12) + 1)}-${two((days % 28) + 1)}`;
}

/** The domain, with some of its mutators and views replaced or added, as another build would. */
export function notesDomain(
  other: {
    mutators?: readonly Mutator[];
    views?: readonly [string, View][];
    withholds?: NonNullable<Domain['withholds']>;
  } = {},
): Domain {
  const known = [...mutators, ...(other.mutators ?? [])].map((one) => [one.name, one] as const);
  return {
    mutators: new Map(known),
    upcast(name, v, args) {
      if (name !== 'note.write' || v !== 1) return undefined;
      const { note: of, ...rest } = args as { note: string };
      return { id: of, ...rest };
    },
    ...(other.withholds === undefined ? {} : { withholds: other.withholds }),
    views: new Map([...views, ...(other.views ?? [])]),
    viewOf: (role) => viewOfRole[role],
    dayOf,
    leavesAtTurn: (_subject, rows) => rows.every(isClosed),
    onSeen: ({ seq }, rows) =>
      [...rows].filter((row) => row.key.startsWith('tally/')).map((row) => receiptFor(row, seq)),
  };
}

function isClosed(row: Row): boolean {
  return row.body['closed'] === true;
}

function receiptFor(row: Row, seq: number) {
  const of = row.key.slice('tally/'.length);
  return { id: `receipt:${of}:${row.seq}`, name: 'tally.receipt', args: { id: of, seq } };
}
