import { expect, expectTypeOf, it } from 'vitest';

import { type Given, type Mutate, mutateOf } from './mutate.ts';

interface Commands {
  'order.open': { order: string };
  'order.line.add': { line: string; by: number };
  ping: { text: string };
}

it('calls each command by its name, however deep', () => {
  const given: [string, object][] = [];
  const names = ['order.open', 'order.line.add', 'ping'];
  const mutate = mutateOf<Commands>(names, (name, args) => {
    given.push([name, args]);
    return {} as Given;
  });
  mutate.order.open({ order: 'a' });
  mutate.order.line.add({ line: 'b', by: 2 });
  mutate.ping({ text: 'c' });
  expect(given).toEqual([
    ['order.open', { order: 'a' }],
    ['order.line.add', { line: 'b', by: 2 }],
    ['ping', { text: 'c' }],
  ]);
});

it('knows the args of each command', () => {
  type Add = Mutate<Commands>['order']['line']['add'];
  expectTypeOf<Add>().parameters.toEqualTypeOf<[{ line: string; by: number }]>();
  expectTypeOf<keyof Mutate<Commands>>().toEqualTypeOf<'order' | 'ping'>();
  expectTypeOf<Mutate<Record<string, object>>>().toHaveProperty('anything');
});
