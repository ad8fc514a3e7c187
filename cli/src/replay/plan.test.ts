import { createHmac } from 'node:crypto';

import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import type { Order } from '../orders/order.ts';
import { ask } from './commands.ts';
import { menuOf } from './menu.ts';
import { nextStep, orderIdOf, type PlannedOrder, planOf, type Shown } from './plan.ts';

const soup = { name: 'Soup', quantity: 2, unitMinor: 300, choices: ['Bread', 'Bread'] };
const tea = { name: 'Tea', quantity: 1, unitMinor: 150, choices: [] };
const order: Order = { id: '7', lines: [soup, tea] };

function plan(lines: Order['lines'] = order.lines): PlannedOrder {
  const one = { ...order, lines };
  return planOf(one, menuOf([one]));
}

/** What a device shows, as a table of rows. */
function shows(rows: Record<string, unknown>, isPending = false): Shown {
  return {
    body: (key) => rows[key],
    isPending: () => isPending,
    nextNumber: () => ({ letter: 'B', count: 4 }),
  };
}

const open = { state: 'open', round: 0, totalMinor: 750 };
const lines = { 'line/o7.1': {}, 'line/o7.2': {} };
const bumped = { 'ticket/o7.grill': { state: 'bumped' }, 'ticket/o7.cold': { state: 'bumped' } };
const sent = { 'order/o7': { ...open, round: 1 }, ...lines };

it('gives each command when the rows show the one before', () => {
  const planned = plan();
  const [first, second] = planned.lines;
  const step = (rows: Record<string, unknown>, isPending?: boolean): unknown =>
    nextStep(planned, shows(rows, isPending));
  expect(first).toEqual({
    line: '1',
    item: 'i1',
    quantity: 2,
    choices: ['c1', 'c1'],
    unitMinor: 300,
  });
  expect(step({})).toEqual(ask.openOrder('o7', 'B', 4));
  expect(step({ 'order/o7': open })).toEqual(first && ask.addLine('o7', first));
  expect(step({ 'order/o7': open, 'line/o7.1': {} })).toEqual(second && ask.addLine('o7', second));
  expect(step({ 'order/o7': open, ...lines })).toEqual(ask.sendOrder('o7'));
  expect(step(sent)).toBe('wait');
  expect(step({ ...sent, 'ticket/o7.grill': { state: 'bumped' } })).toBe('wait');
  expect(step({ ...sent, ...bumped }, true)).toBe('wait');
  expect(step({ ...sent, ...bumped })).toEqual(ask.takePayment('o7', 750));
  const paid = { ...sent, ...bumped, 'payment/o7.p1': {} };
  expect(step(paid, true)).toBe('wait');
  expect(step(paid)).toEqual(ask.closeOrder('o7', 750));
  expect(step({ 'order/o7': { ...open, state: 'closed' } }, true)).toBe('wait');
  expect(step({ 'order/o7': { ...open, state: 'closed' } })).toBe('done');
});

it('opens nothing while its own opening waits for an outcome', () => {
  expect(nextStep(plan(), shows({}, true))).toBe('wait');
});

it('pays and closes at the total the hub counted, not at its own', () => {
  const other = { ...sent, ...bumped, 'order/o7': { ...open, round: 1, totalMinor: 740 } };
  expect(nextStep(plan(), shows(other))).toEqual(ask.takePayment('o7', 740));
});

it('takes no payment for what costs nothing', () => {
  const planned = plan([{ ...tea, unitMinor: 0 }]);
  const row = { ...open, round: 1, totalMinor: 0 };
  const rows = { 'order/o7': row, 'line/o7.1': {}, 'ticket/o7.grill': { state: 'bumped' } };
  expect(nextStep(planned, shows(rows))).toEqual(ask.closeOrder('o7', 0));
});

it('makes an id of the shop from any id of a file, each its own', () => {
  expect(orderIdOf('1')).toBe('o1');
  const many = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2 });
  fc.assert(
    fc.property(many, (ids) => {
      const made = ids.map(orderIdOf);
      for (const id of made) expect(id).toMatch(/^[\w-]{1,64}$/);
      expect(new Set(made).size).toBe(ids.length);
    }),
  );
});

it('puts every line of a file on its menu, within what one item can hold', () => {
  const choice = (index: number): string => createHmac('sha256', `${index}`).digest('hex');
  const crowd = Array.from({ length: 40 }, (_, at): Order => {
    const choices = Array.from({ length: 10 }, (_unused, index) => choice(at * 7 + index));
    return { id: `${at}`, lines: [{ ...soup, choices }] };
  });
  const menu = menuOf(crowd);
  for (const { lines: sold } of crowd) {
    for (const line of sold) {
      const item = menu.itemOf(line);
      expect(item).toMatchObject({ name: line.name, priceMinor: line.unitMinor });
      expect(line.choices.every((name) => item.choices.has(name))).toBe(true);
    }
  }
  for (const item of menu.items) {
    expect(JSON.stringify(ask.putItem(item)).length).toBeLessThan(30_000);
  }
});
