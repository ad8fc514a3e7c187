// What a person reads whose app gives a command that is not written as it should be, for every arg of
// every command: where, what it must be, and what to do.

import { type DeviceImage, type JsonObject, Replica } from '@pos-sync/sync';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';

import { mutators } from './command-table.ts';
import { createShop } from './shop.ts';

const good: Readonly<Record<string, JsonObject>> = {
  'menu.put': {
    item: 'soup',
    version: 'v1',
    name: 'Soup',
    station: 'kitchen',
    priceMinor: 500,
    choices: { bread: { name: 'Bread', priceMinor: 100 } },
  },
  'order.open': { order: 'o1', number: { letter: 'B', count: 1 } },
  'order.addLine': {
    order: 'o1',
    line: 'l1',
    item: 'soup',
    version: 'v1',
    quantity: 2,
    choices: ['bread'],
    note: 'hot',
    shownMinor: 600,
  },
  'order.changeQuantity': { order: 'o1', line: 'l1', by: 1 },
  'order.voidLine': { order: 'o1', line: 'l1', reason: 'cold' },
  'order.send': { order: 'o1' },
  'order.close': { order: 'o1', expectedTotalMinor: 1200 },
  'ticket.start': { ticket: 'o1.kitchen', round: 1 },
  'ticket.ready': { ticket: 'o1.kitchen', round: 1 },
  'ticket.bump': { ticket: 'o1.kitchen', round: 1 },
  'ticket.receipt': { ticket: 'o1.kitchen', revision: 1, device: 'k1', station: 'kitchen' },
  'payment.take': {
    payment: 'p1',
    order: 'o1',
    tender: 'cash',
    amountMinor: 1200,
    givenMinor: 2000,
  },
};

const shop = createShop({ timeZone: 'UTC', cutOffHour: 4 });
const empty: DeviceImage = {
  outbox: [],
  unsettled: [],
  rows: [],
  at: undefined,
  lastN: 0,
  proof: undefined,
  answered: 0,
  lowest: 1,
  view: '',
};
const device = new Replica(
  {
    domain: shop,
    ids: { next: () => 'id', below: () => 0 },
    signer: { publicKey: '', sign: () => '' },
    build: 'test',
    store: 'corner-cafe',
    device: 'office',
    letter: 'A',
    role: 'manager',
    viewName: 'manager',
    view: shop.views.get('manager')!,
  },
  empty,
  { wallMs: 0, monoMs: 0 },
);

function messageOf(name: string, args: JsonObject): string {
  const refusal = device.check({ id: 'c1', name, args });
  return refusal?.code === 'BAD_COMMAND' ? refusal.message : 'It was understood.';
}

interface Shape {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
}

interface Spoilt {
  readonly what: string;
  readonly at: readonly string[];
  /** Undefined takes the arg away. */
  readonly value: JsonObject[string] | undefined;
}

/** Every way to spoil one arg of that shape, by the limits the schema has. */
function spoilt(shape: Shape, at: readonly string[] = []): Spoilt[] {
  const inner = Object.entries(shape.properties ?? {}).flatMap(([key, one]) => {
    const missing = { what: 'missing', at: [...at, key], value: undefined };
    const isNeeded = shape.required?.includes(key) === true;
    return [...(isNeeded ? [missing] : []), ...spoilt(one, [...at, key])];
  });
  const { minimum, maximum, maxLength, maxItems, items, additionalProperties: values } = shape;
  const ways: [string, Spoilt['value']][] = [['no value of its kind', true]];
  if (minimum !== undefined) ways.push(['too little', minimum - 1], ['a half', minimum + 0.5]);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) {
    ways.push(['too much', maximum + 1]);
  }
  if (maxLength !== undefined) ways.push(['too long', 'x'.repeat(maxLength + 1)]);
  if (maxItems !== undefined) ways.push(['too many', Array<string>(maxItems + 1).fill('x')]);
  if ('pattern' in shape) ways.push(['another text', 'a b']);
  return [
    ...(at.length === 0 ? [] : ways.map(([what, value]) => ({ what, at, value }))),
    ...inner,
    ...(items === undefined ? [] : spoilt(items, [...at, '0'])),
    ...(values === undefined || values === false ? [] : spoilt(values, [...at, 'bread'])),
  ];
}

function withValue(args: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const copy = structuredClone(args) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = withValue(copy[key], rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

describe.each(mutators.map(({ name, schema }) => [name, schema] as const))('%s', (name, schema) => {
  const args = good[name]!;
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', reused: 'inline' }) as Shape;

  it('is understood as it should be written', () => {
    expect(messageOf(name, args)).toBe('It was understood.');
  });

  it.each(spoilt(shape).map((one) => [one.at.join('.'), one.what, one] as const))(
    'says of %s that is %s what it must be',
    (place, what, { at, value }) => {
      const message = messageOf(name, withValue(args, at, value) as JsonObject);
      const head = `The command ${name} was not understood: ${place} `;
      expect(message.slice(0, head.length)).toBe(head);
      const rest = message.slice(head.length);
      const found = what === 'missing' ? 'is missing; it ' : '(is .+; it )?';
      expect(rest).toMatch(
        new RegExp(`^${found}must be .+[^.]\\. Give it again with that put right\\.$`),
      );
      expect(rest).not.toMatch(/something else|[iI]nvalid|undefined|\[object/);
    },
  );

  it('says which field it does not have', () => {
    expect(messageOf(name, { ...args, tip: 5 })).toBe(
      `The command ${name} was not understood: the args must not have the field "tip". ` +
        'Give it again with that put right.',
    );
  });
});

it.each<[string, JsonObject, string]>([
  ['order.addLine', { quantity: 0 }, 'quantity is 0; it must be a whole number from 1 to 999'],
  [
    'order.open',
    { order: 'menu' },
    'order is "menu"; it must be an order\'s id: 1 to 64 letters, digits, "-", "_" or ":", ' +
      'and not a word such as "menu" or "counter"',
  ],
  [
    'order.changeQuantity',
    { by: 0 },
    'by is 0; it must be a whole number from -999 to 999, and not 0',
  ],
  [
    'payment.take',
    { amountMinor: '12.00' },
    'amountMinor is "12.00"; it must be a whole number of minor units from 1 to 1000000000000',
  ],
  ['payment.take', { tender: 'card' }, 'tender is "card"; it must be "cash"'],
  [
    'menu.put',
    { choices: { 'b.c': { name: 'B', priceMinor: 1 } } },
    'choices has the name "b.c"; it must be an id: 1 to 64 letters, digits, "-", "_" or ":"',
  ],
])('%s with %j is told in one sentence', (name, wrong, sentence) => {
  expect(messageOf(name, { ...good[name], ...wrong })).toBe(
    `The command ${name} was not understood: ${sentence}. Give it again with that put right.`,
  );
});
