// The smallest domain that still has everything: an intent that may be refused, a fact that only one
// role may give, and two kinds of rows. What the client is tested with, since it knows no shop.

import type { Domain, JsonObject, Mutator, View } from '@pos-sync/sync';

export interface TallyCommands {
  'tally.open': { tally: string };
  'tally.add': { tally: string; by: number };
  'tally.close': { tally: string };
  'till.count': { till: string; minor: number };
}

type Args<Name extends keyof TallyCommands> = TallyCommands[Name];

/** Stands in for a zod schema: the engine asks it nothing but this. */
function shape<Shaped extends object>(
  fields: Readonly<Record<keyof NoInfer<Shaped> & string, string>>,
): Mutator<Shaped>['schema'] {
  const isOne = (value: unknown): boolean =>
    typeof value === 'object' &&
    Object.entries(fields).every(
      ([field, type]) => typeof (value as JsonObject | null)?.[field] === type,
    );
  const safeParse = (value: unknown) =>
    isOne(value) ? { success: true, data: value } : { success: false, error: { issues: [] } };
  return { safeParse } as unknown as Mutator<Shaped>['schema'];
}

const everyone = ['waiter', 'till'];

const open: Mutator<Args<'tally.open'>> = {
  name: 'tally.open',
  v: 1,
  kind: 'intent',
  roles: everyone,
  schema: shape({ tally: 'string' }),
  subject: ({ tally }) => tally,
  run(rows, { tally }) {
    if (rows.get(`tally/${tally}`) !== undefined) return undefined;
    rows.put(`tally/${tally}`, tally, { value: 0, isClosed: false });
    return undefined;
  },
};

const add: Mutator<Args<'tally.add'>> = {
  name: 'tally.add',
  v: 1,
  kind: 'intent',
  roles: everyone,
  schema: shape({ tally: 'string', by: 'number' }),
  subject: ({ tally }) => tally,
  run(rows, { tally, by }, { id, device }) {
    const before = rows.get(`tally/${tally}`);
    if (before === undefined) return { code: 'UNKNOWN', message: `There is no ${tally}.` };
    if (before['isClosed'] === true) return { code: 'CLOSED', message: `${tally} is closed.` };
    rows.put(`tally/${tally}`, tally, { ...before, value: Number(before['value']) + by });
    rows.put(`step/${id}`, tally, { device, by });
    return undefined;
  },
};

const close: Mutator<Args<'tally.close'>> = {
  name: 'tally.close',
  v: 1,
  kind: 'intent',
  roles: everyone,
  schema: shape({ tally: 'string' }),
  subject: ({ tally }) => tally,
  run(rows, { tally }) {
    const before = rows.get(`tally/${tally}`);
    if (before === undefined) return { code: 'UNKNOWN', message: `There is no ${tally}.` };
    rows.put(`tally/${tally}`, tally, { ...before, isClosed: true });
    return undefined;
  },
};

const count: Mutator<Args<'till.count'>> = {
  name: 'till.count',
  v: 1,
  kind: 'fact',
  roles: ['till'],
  schema: shape({ till: 'string', minor: 'number' }),
  subject: ({ till }) => till,
  run(rows, { till, minor }) {
    rows.put(`till/${till}`, till, { minor });
    return undefined;
  },
};

const everything: View = {
  projection: 'everything1',
  kinds: new Set(['tally', 'step', 'till']),
  project: (row) => row.body,
};

export const tallyDomain: Domain = {
  mutators: new Map([open, add, close, count].map((mutator) => [mutator.name, mutator as Mutator])),
  upcast: (_name, _v, args) => args,
  views: new Map([['everything', everything]]),
  viewOf: (role) => (everyone.includes(role) ? 'everything' : undefined),
  dayOf: () => '2026-11-22',
  leavesAtTurn: () => false,
  onSeen: () => [],
};
