// Who sees what. A view gives a kind of rows whole or not at all: what a device may change it can
// also compute by itself, and nothing has to be cut out of a row for every device.

import { kindOf, type View } from '@pos-sync/sync';

/** Kind → version of its row's shape; raised with the shape, so that devices start anew. */
const shapes = {
  item: 1,
  order: 1,
  line: 1,
  ticket: 1,
  payment: 1,
  counter: 1,
  board: 1,
  device: 1,
  attention: 1,
} as const;
type Kind = keyof typeof shapes;

const entryKinds: readonly Kind[] = [
  'item',
  'order',
  'line',
  'ticket',
  'payment',
  'counter',
  'board',
  'device',
];

/** `device` and `attention` rows are the engine's; it shows deferred commands by itself. */
const viewKinds: Readonly<Record<string, readonly Kind[]>> = {
  entry: entryKinds,
  kitchen: ['ticket', 'board'],
  guest: ['board'],
  manager: [...entryKinds, 'attention'],
};

const viewOfRole: ReadonlyMap<string, string> = new Map([
  ['entry', 'entry'],
  ['counter', 'entry'],
  ['program', 'entry'],
  ['kitchen', 'kitchen'],
  ['guest', 'guest'],
  ['manager', 'manager'],
  ['hub', 'manager'],
]);

export const views: ReadonlyMap<string, View> = new Map(
  Object.entries(viewKinds).map(([name, kinds]) => [name, viewOnto(kinds)]),
);

export function viewOf(role: string): string | undefined {
  return viewOfRole.get(role);
}

function viewOnto(kinds: readonly Kind[]): View {
  const shown: ReadonlySet<string> = new Set(kinds);
  return {
    projection: kinds.map((kind) => `${kind}${shapes[kind]}`).join(','),
    kinds: shown,
    project: (row) => (shown.has(kindOf(row.key)) ? row.body : undefined),
  };
}
