// What the routes of the past take and answer, field by field.

import { closed, listOf, type Properties, text, whole, yesOrNo } from '../http/schema.ts';
import { whoSchema } from '../devices/who.ts';
import { columns } from './day-export.ts';

const orNull = (type: 'string' | 'integer', description?: string): object => ({
  type: [type, 'null'],
  ...(description !== undefined && { description }),
});
export const next = whole('Send it as `after` to go on; absent at the end.');

export const taken = {
  day: {
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
    title: 'a day such as 2026-11-22',
    description: 'A business day.',
    examples: ['2026-11-22'],
  },
  number: {
    type: 'string',
    pattern: '^[A-Z]{1,3}\\d{1,6}$',
    title: 'the number of an order such as B17',
    description: 'What people call the order.',
    examples: ['B17'],
  },
  device: {
    type: 'string',
    pattern: '^[\\w.:-]{1,64}$',
    title: 'the id of a device',
    description: 'The id of the device that opened it.',
  },
  after: { type: 'integer', minimum: 0, description: 'The `next` of the page before.' },
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
    description: 'How many at most.',
  },
  format: { type: 'string', enum: ['csv', 'json'], default: 'json' },
};

export function query(...names: readonly (keyof typeof taken)[]): object {
  const properties = Object.fromEntries(names.map((name) => [name, taken[name]]));
  return closed({}, properties);
}

export const orderParams = {
  type: 'object',
  required: ['order'],
  properties: {
    order: {
      type: 'string',
      pattern: '^[\\w:-]{1,64}$',
      title: 'the id of an order',
      description: 'The id of the order, which is not its number.',
      examples: ['ORDER'],
    },
  },
};

export const dayParams = { type: 'object', required: ['day'], properties: { day: taken.day } };

const orderFields: Properties = {
  order: text('The id.'),
  number: text('What people call it.'),
  state: { type: 'string', enum: ['open', 'closed'] },
  totalMinor: whole('What its lines come to.'),
  paidMinor: whole('What was paid.'),
  round: whole('How often something was sent.'),
  openedDay: text('The business day.'),
  openedMs: { type: 'number', description: 'By the hub’s clock.' },
  openedBy: text('The id of the device.'),
  closedDay: orNull('string'),
  receipt: orNull('integer', 'The number on the bill.'),
};

export const ordersAnswer = closed(
  { orders: listOf(closed({ ...orderFields, openedAt: whole('Its place in the log.') })) },
  { next },
);

export const orderAnswer = closed({
  order: { anyOf: [closed(orderFields), { type: 'null' }] },
  lines: listOf({ type: 'object', required: ['line', 'quantity', 'unitMinor', 'totalMinor'] }),
  tickets: listOf({ type: 'object', required: ['ticket', 'station', 'state', 'receipts'] }),
  payments: listOf({ type: 'object', required: ['payment', 'amountMinor', 'day'] }),
});

const decision: Properties = {
  outcome: { type: 'string', enum: ['ok', 'rejected', 'deferred'] },
  hubTimeMs: { type: 'number' },
  day: text('The business day it is counted in.'),
};
const decisionMore: Properties = {
  code: text('Why not.'),
  message: text('The same for people.'),
  receipt: whole('The number on the bill.'),
  late: yesOrNo('Made before the day turned.'),
  repeats: yesOrNo('Was decided before, and had no further effect.'),
};

const commandAnswer = closed(
  {
    seq: whole('Its place in the log.'),
    by: whoSchema,
    n: whole('The how-manieth of that device.'),
    id: text(),
    name: text('As docs/shop.md has them.'),
    args: { type: 'object' },
    madeAtMs: { type: 'number', description: 'By the device’s clock.' },
    ...decision,
  },
  {
    ...decisionMore,
    withheld: closed({ code: text(), field: text('Where it stood.') }),
    offeredAgain: yesOrNo('The hub had lost it, and the device brought it back.'),
    settled: closed({ seq: whole(), ...decision }, decisionMore),
  },
);

export const historyAnswer = closed(
  {
    order: text(),
    commands: listOf(commandAnswer),
    receipts: listOf(
      closed({
        station: text(),
        revision: whole('Of the ticket.'),
        screen: whoSchema,
        hubTimeMs: { type: 'number', description: 'When the hub heard that it was shown.' },
      }),
    ),
  },
  { next },
);

export const exportAnswer = closed({
  day: text(),
  isOver: yesOrNo('The day has turned; before that the export may still grow.'),
  records: listOf(closed(Object.fromEntries(columns.map((column) => [column, {}])))),
});
