import { describe, expect, it } from 'vitest';
import type { CounterRow } from '../counter/order-number.ts';
import { nextOrderNumber } from '../counter/order-number.ts';
import { createFloor, type Floor } from '../testing/floor.ts';
import {
  add,
  addBeer,
  change,
  close,
  fillMenu,
  giveAll,
  open,
  order,
  orderOf,
  pay,
  permutations,
  send,
  voidLine,
} from '../testing/orders.ts';
import type { LineRow } from './line-row.ts';

function openFloor(): Floor {
  const floor = createFloor();
  fillMenu(floor);
  floor.give(open());
  return floor;
}

const lineOf = (floor: Floor, line: string): LineRow | undefined =>
  floor.body(`line/${order}.${line}`) as LineRow | undefined;

describe('an order', () => {
  it('is numbered by its device and counts from there', () => {
    const floor = openFloor();
    expect(orderOf(floor).number).toBe('B1');
    const reader = { get: (key: string) => floor.rows.get(key)?.body };
    expect(nextOrderNumber(reader, 'tablet-1', '2026-11-22')).toBe(2);
    expect(nextOrderNumber(reader, 'tablet-1', '2026-11-23')).toBe(1);
    expect(nextOrderNumber(reader, 'tablet-2', '2026-11-22')).toBe(1);
  });

  it('opens under a number given twice that day, and people are told [scenario 39]', () => {
    const floor = openFloor();
    const again = floor.give(open('tablet-9', 'o2', 1));
    expect(again.refusal).toBeUndefined();
    expect(again.flags).toEqual(['NUMBER_TWICE']);
    expect(orderOf(floor, 'o2').number).toBe('B1');
    floor.turn('2026-11-23');
    expect(floor.give(open('tablet-9', 'o3', 1)).flags).toEqual([]);
  });

  it('never turns a counter back', () => {
    const floor = openFloor();
    floor.give(open('tablet-1', 'o2', 7));
    floor.give(open('tablet-1', 'o3', 4));
    expect((floor.body('counter/tablet-1') as CounterRow | undefined)?.last).toBe(7);
    floor.day = '2026-11-21';
    floor.give(open('tablet-1', 'o4', 50));
    const counter = { day: '2026-11-22', letter: 'B', last: 7 };
    expect(floor.body('counter/tablet-1')).toEqual(counter);
  });

  it('is not opened over another one, not even one of a closed day', () => {
    const floor = openFloor();
    expect(giveAll(floor, [open()])).toEqual(['ORDER_EXISTS']);
    giveAll(floor, [add('l1'), pay('p1', 500), close(500)]);
    floor.turn('2026-11-23');
    expect(floor.body('order/o1')).toBeUndefined();
    expect(giveAll(floor, [open()])).toEqual(['ORDER_EXISTS']);
    expect(orderOf(floor).totalMinor).toBe(500);
  });

  it('totals its lines with their choices, without the voided ones', () => {
    const floor = openFloor();
    const withBread = { choices: ['bread', 'bread'], shownMinor: 700, quantity: 2, note: 'hot' };
    giveAll(floor, [add('l1', 'tablet-1', withBread), addBeer('l2', 'tablet-2', 3), add('l3')]);
    expect(orderOf(floor).totalMinor).toBe(2 * 700 + 3 * 400 + 500);
    giveAll(floor, [voidLine('l3'), change('l2', -1)]);
    expect(orderOf(floor).totalMinor).toBe(2 * 700 + 2 * 400);
    expect(lineOf(floor, 'l1')).toMatchObject({ choices: ['Bread', 'Bread'], note: 'hot' });
    expect(lineOf(floor, 'l3')).toMatchObject({ state: 'voided', reason: 'changed their mind' });
  });

  it('refuses in words a waiter understands what can no longer be done', () => {
    const floor = openFloor();
    floor.give(add('l1'));
    const saying = (given: Parameters<Floor['give']>[0]): string =>
      floor.give(given).refusal?.message ?? '';
    expect(saying(add('l1'))).toBe('This line (Soup) is already on B1.');
    expect(saying(change('l9', 1))).toBe('This line is not on B1. Look at the order again.');
    expect(saying(change('l1', -1))).toBe(
      'There are only 1 × Soup on B1. Void the line to take all away.',
    );
    expect(saying(change('l1', 999))).toContain('at most 999');
    expect(saying(add('l2', 'tablet-1', { item: 'unicorn' }))).toContain('not on the menu');
    floor.give(voidLine('l1'));
    expect(saying(change('l1', 1))).toBe('Soup on B1 was voided. Add it again as a new line.');
    expect(floor.give(voidLine('l1', 'tablet-2')).refusal).toBeUndefined();
    const unknown = { name: 'order.send', args: { order: 'o404' } };
    expect(floor.give(unknown).refusal?.code).toBe('ORDER_UNKNOWN');
  });

  it('takes no args that are out of bounds', () => {
    const schema = openFloor().shop.mutators.get('order.addLine')?.schema;
    const { args } = add('l1');
    const fits = (more: object): boolean | undefined =>
      schema?.safeParse({ ...args, ...more }).success;
    expect(fits({})).toBe(true);
    expect(fits({ quantity: 999 })).toBe(true);
    const bad = [
      { quantity: 0 },
      { quantity: 1000 },
      { quantity: 1.5 },
      { shownMinor: -1 },
      { shownMinor: 0.5 },
      { line: '__proto__' },
      { line: 'a.b' },
      { order: '' },
      { order: 'menu' },
      { order: 'attention:tablet-1' },
      { surprise: 1 },
    ];
    for (const more of bad) expect({ more, fits: fits(more) }).toEqual({ more, fits: false });
  });
});

describe('two waiters on one line', () => {
  it('add one, add one and take one off in any order: one more than before [scenario 32]', () => {
    const changes = [change('l1', 1, 't1'), change('l1', 1, 't2'), change('l1', -1, 't3')];
    for (const interleaving of permutations(changes)) {
      for (const isSent of [false, true]) {
        const floor = openFloor();
        giveAll(floor, [addBeer('l1', 't1', 2), ...(isSent ? [send()] : []), ...interleaving]);
        expect(lineOf(floor, 'l1')?.quantity).toBe(3);
        expect(orderOf(floor).totalMinor).toBe(1200);
      }
    }
  });

  it('who would take the last is told to void instead, and the others count [scenario 32]', () => {
    const floor = openFloor();
    const commands = [change('l1', -1, 't3'), change('l1', 1, 't1'), change('l1', 1, 't2')];
    floor.give(add('l1'));
    expect(giveAll(floor, commands)).toEqual(['QUANTITY_TOO_LOW']);
    expect(lineOf(floor, 'l1')?.quantity).toBe(3);
  });
});

describe('closing', () => {
  it('before a line lands: the line is refused to the waiter who added it [scenario 27]', () => {
    const floor = openFloor();
    giveAll(floor, [add('l1'), pay('p1', 500)]);
    expect(giveAll(floor, [close(500, 't1'), addBeer('l2', 't2')])).toEqual(['ORDER_CLOSED']);
    expect(lineOf(floor, 'l2')).toBeUndefined();
    expect(orderOf(floor)).toMatchObject({ state: 'closed', totalMinor: 500 });
    const sentence = floor.give(addBeer('l3', 't2')).refusal?.message;
    expect(sentence).toContain('B1 is already closed');
  });

  it('after a line landed: is refused and says what landed [scenario 27]', () => {
    const floor = openFloor();
    giveAll(floor, [add('l1'), add('l0', 't2')]);
    const base = floor.seq;
    giveAll(floor, [addBeer('l2', 't2', 2), voidLine('l0', 't2'), addBeer('l3', 't1')]);
    const { refusal } = floor.give({ ...close(1000, 't1'), base });
    expect(refusal).toEqual({
      code: 'TOTAL_CHANGED',
      message:
        'B1 has changed since you looked: Soup was voided, now 2 × Beer. ' +
        'Look at the bill and close it again.',
    });
    expect(orderOf(floor).state).toBe('open');
    expect(giveAll(floor, [close(1700, 't1')])).toEqual([]);
  });

  it('at a total that was never right is refused, and a long list is cut short', () => {
    const floor = openFloor();
    floor.give(add('l0', 't1'));
    const wrong = floor.give(close(1, 't1')).refusal;
    expect(wrong?.message).toContain('comes to another total than your screen showed');
    giveAll(
      floor,
      Array.from({ length: 7 }, (_, index) => addBeer(`l${index + 1}`, 't2')),
    );
    expect(floor.give({ ...close(500, 't1'), base: 0 }).refusal?.message).toContain(', 2 more');
  });

  it('happens once, gives a receipt number, and names the order to who comes second', () => {
    const floor = openFloor();
    giveAll(floor, [add('l1'), pay('p1', 500)]);
    const first = floor.give(close(500, 't1'));
    expect(orderOf(floor)).toMatchObject({ receipt: first.seq, closedDay: '2026-11-22' });
    const second = floor.give(close(500, 't2')).refusal;
    expect(second?.code).toBe('ORDER_CLOSED');
    expect(second?.message).toContain('B1');
    expect(orderOf(floor).receipt).toBe(first.seq);
  });

  it('before it is paid in full is told to people', () => {
    const floor = openFloor();
    giveAll(floor, [add('l1'), pay('p1', 200)]);
    expect(floor.give(close(500)).flags).toEqual(['CLOSED_UNPAID']);
  });

  it('does not keep the kitchen from getting what another waiter sends', () => {
    const floor = openFloor();
    giveAll(floor, [add('l1', 't1'), pay('p1', 500), close(500, 't2')]);
    expect(giveAll(floor, [send('t1')])).toEqual([]);
    expect(floor.body('ticket/o1.kitchen')).toMatchObject({ state: 'queued' });
    expect(orderOf(floor).state).toBe('closed');
  });
});
