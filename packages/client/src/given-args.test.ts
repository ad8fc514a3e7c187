import { expect, it } from 'vitest';

import { givenArgs } from './given-args.ts';

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const throwing = {
  get by(): number {
    throw new Error('the till is locked');
  },
};

it.each([
  [
    'nothing at all',
    undefined,
    'The args of order.send are an object, {} where there are none; this is undefined.',
  ],
  ['null', null, 'this is null.'],
  ['a function', () => undefined, 'this is a function.'],
  ['a BigInt', 5n, 'this is a bigint.'],
  ['a text', 'o1', 'this is a string.'],
  ['a list', ['o1'], 'this is a list.'],
  ['a BigInt within', { by: 5n }, 'cannot be written as JSON: '],
  ['a circle', circle, 'cannot be written as JSON: '],
  ['a getter that throws', throwing, 'cannot be written as JSON: the till is locked.'],
  ['a date', new Date(0), 'become a string as JSON; they are an object.'],
  ['an object that is nothing as JSON', { toJSON: () => undefined }, 'cannot be written as JSON: '],
])('refuses %s as args with a sentence of one line', (_, args, sentence) => {
  const given = givenArgs('order.send', args);
  expect(given).toMatchObject({ refusal: { code: 'BAD_COMMAND' } });
  const message = 'refusal' in given ? given.refusal.message : '';
  expect(message).toContain(sentence);
  expect(message).not.toContain('\n');
});

it.each([undefined, null, 7, Symbol('order.open'), ['order.open'], {}])(
  'refuses a name that is none: %s',
  (name) => {
    expect(givenArgs(name, {})).toMatchObject({ refusal: { code: 'BAD_COMMAND' } });
  },
);

it('hands over a copy that the caller cannot change any more', () => {
  const args = { order: 'o1', choices: ['bread'] };
  const given = givenArgs('order.send', args);
  args.choices.push('butter');
  expect(given).toEqual({ copy: { order: 'o1', choices: ['bread'] } });
});
