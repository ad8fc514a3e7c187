import { describe, expect, it } from 'vitest';
import { createFloor, type Floor } from '../testing/floor.ts';
import {
  add,
  change,
  close,
  fillMenu,
  giveAll,
  open,
  orderOf,
  pay,
  voidLine,
} from '../testing/orders.ts';
import type { PaymentRow } from './payment-row.ts';

function openFloor(): Floor {
  const floor = createFloor();
  fillMenu(floor);
  giveAll(floor, [open(), add('l1'), add('l2')]);
  return floor;
}

const paymentOf = (floor: Floor, payment: string): PaymentRow | undefined =>
  floor.body(`payment/o1.${payment}`) as PaymentRow | undefined;

describe('a payment', () => {
  it('is counted on its order, in parts too', () => {
    const floor = openFloor();
    const withChange = { ...pay('p2', 700).args, givenMinor: 1000 };
    giveAll(floor, [pay('p1', 300), { name: 'payment.take', args: withChange }]);
    expect(orderOf(floor).paidMinor).toBe(1000);
    expect(paymentOf(floor, 'p2')).toMatchObject({ givenMinor: 1000, flags: [] });
    expect(floor.raised).toEqual([]);
  });

  it('told again after the terminal timed out is the same money [scenario 30]', () => {
    const floor = openFloor();
    floor.give(pay('p1', 1000));
    const again = floor.give(pay('p1', 1000, 'tablet-2'));
    expect(again).toMatchObject({ put: [], flags: [] });
    expect(orderOf(floor).paidMinor).toBe(1000);
  });

  it('told again after the day has turned is still the same money [scenario 30]', () => {
    const floor = openFloor();
    giveAll(floor, [pay('p1', 1000), close(1000)]);
    floor.turn('2026-11-23');
    expect(floor.body('order/o1')).toBeUndefined();
    expect(floor.give(pay('p1', 1000))).toMatchObject({ put: [], flags: [] });
    expect(orderOf(floor)).toMatchObject({ paidMinor: 1000, state: 'closed' });
  });

  it('told again with another amount is told to people', () => {
    const floor = openFloor();
    floor.give(pay('p1', 400));
    expect(floor.give(pay('p1', 500)).flags).toEqual(['PAYMENT_TWICE']);
    expect(orderOf(floor).paidMinor).toBe(400);
  });

  it('of two waiters who both close and pay alone: both kept, one close [scenario 28]', () => {
    const floor = openFloor();
    const first = [pay('p1', 1000, 't1'), close(1000, 't1')];
    const second = [pay('p2', 1000, 't2'), close(1000, 't2')];
    expect(giveAll(floor, [...first, ...second])).toEqual(['ORDER_CLOSED']);
    expect(orderOf(floor)).toMatchObject({ state: 'closed', paidMinor: 2000 });
    expect(paymentOf(floor, 'p2')?.flags).toEqual(['afterClose', 'overpaid']);
    expect(floor.raised).toEqual(['PAYMENT_AFTER_CLOSE', 'OVERPAID']);
  });

  it('for an order nobody knows is kept under that order, and counts when it turns up', () => {
    const floor = createFloor();
    fillMenu(floor);
    expect(floor.give(pay('p1', 500)).flags).toEqual(['PAYMENT_UNKNOWN_ORDER']);
    expect(paymentOf(floor, 'p1')).toMatchObject({ order: 'o1', flags: ['unknownOrder'] });
    expect(floor.rows.get('payment/o1.p1')?.subject).toBe('o1');
    giveAll(floor, [open(), add('l1')]);
    expect(orderOf(floor)).toMatchObject({ paidMinor: 500, totalMinor: 500 });
  });

  it('that a smaller bill leaves too large is told to people, once', () => {
    const floor = openFloor();
    floor.give(pay('p1', 1000));
    expect(floor.give(voidLine('l1')).flags).toEqual(['OVERPAID']);
    expect(floor.give(voidLine('l2')).flags).toEqual([]);
    const grown = openFloor();
    giveAll(grown, [change('l1', 1), pay('p1', 1500)]);
    expect(grown.give(change('l1', -1)).flags).toEqual(['OVERPAID']);
  });
});
