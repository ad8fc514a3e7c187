import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFloor, type Floor } from '../testing/floor.ts';
import {
  add,
  close,
  fillMenu,
  giveAll,
  mark,
  open,
  orderOf,
  pay,
  send,
} from '../testing/orders.ts';
import { businessDay } from './business-day.ts';

const berlin = businessDay({ timeZone: 'Europe/Berlin', cutOffHour: 4 });
const at = (text: string): number => Date.parse(text);

describe('the business day', () => {
  it('turns at the cut-off hour of the shop, not at midnight', () => {
    expect(berlin(at('2026-11-22T23:59:59+01:00'))).toBe('2026-11-22');
    expect(berlin(at('2026-11-23T03:59:59.999+01:00'))).toBe('2026-11-22');
    expect(berlin(at('2026-11-23T04:00:00+01:00'))).toBe('2026-11-23');
  });

  it('turns at four where no cut-off hour is given', () => {
    const usual = businessDay({ timeZone: 'Europe/Berlin' });
    expect(usual(at('2026-11-23T03:59:59.999+01:00'))).toBe('2026-11-22');
    expect(usual(at('2026-11-23T04:00:00+01:00'))).toBe('2026-11-23');
  });

  it('turns at midnight where the cut-off is 0', () => {
    const midnight = businessDay({ timeZone: 'Asia/Kathmandu', cutOffHour: 0 });
    expect(midnight(at('2026-11-22T23:59:59+05:45'))).toBe('2026-11-22');
    expect(midnight(at('2026-11-23T00:00:00+05:45'))).toBe('2026-11-23');
  });

  it('knows the ends of months, years and leap years', () => {
    expect(berlin(at('2027-01-01T01:00:00+01:00'))).toBe('2026-12-31');
    expect(berlin(at('2028-03-01T01:00:00+01:00'))).toBe('2028-02-29');
    expect(berlin(at('2027-03-01T01:00:00+01:00'))).toBe('2027-02-28');
    expect(berlin(at('2026-05-01T01:00:00+02:00'))).toBe('2026-04-30');
  });

  it('turns once in the night that skips the cut-off hour [scenario 39]', () => {
    const two = businessDay({ timeZone: 'Europe/Berlin', cutOffHour: 2 });
    // 01:59:59 is followed by 03:00:00.
    expect(two(at('2026-03-29T01:59:59+01:00'))).toBe('2026-03-28');
    expect(two(at('2026-03-29T03:00:00+02:00'))).toBe('2026-03-29');
  });

  it('turns once in the night that has the hour before the cut-off twice [scenario 39]', () => {
    const three = businessDay({ timeZone: 'Europe/Berlin', cutOffHour: 3 });
    expect(three(at('2026-10-25T02:59:59+02:00'))).toBe('2026-10-24');
    expect(three(at('2026-10-25T02:00:00+01:00'))).toBe('2026-10-24');
    expect(three(at('2026-10-25T02:59:59+01:00'))).toBe('2026-10-24');
    expect(three(at('2026-10-25T03:00:00+01:00'))).toBe('2026-10-25');
    const two = businessDay({ timeZone: 'Europe/Berlin', cutOffHour: 2 });
    expect(two(at('2026-10-25T02:00:00+02:00'))).toBe('2026-10-25');
    expect(two(at('2026-10-25T02:00:00+01:00'))).toBe('2026-10-25');
  });

  it('never goes back while time goes on, in any zone and at any cut-off [scenario 39]', () => {
    const zones = ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'America/Santiago'];
    const opening = fc.record({
      timeZone: fc.constantFrom(...zones),
      cutOffHour: fc.integer({ min: 0, max: 23 }),
    });
    const start = fc.integer({ min: at('2024-01-01T00:00Z'), max: at('2030-01-01T00:00Z') });
    fc.assert(
      fc.property(opening, start, fc.nat({ max: 7_200_000 }), (shop, fromMs, aheadMs) => {
        const dayOf = businessDay(shop);
        expect(dayOf(fromMs) <= dayOf(fromMs + aheadMs)).toBe(true);
        expect(dayOf(fromMs)).toBe(businessDay(shop)(fromMs));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an hour or a time zone that does not exist', () => {
    expect(() => businessDay({ timeZone: 'Europe/Berlin', cutOffHour: 24 })).toThrow(RangeError);
    expect(() => businessDay({ timeZone: 'Moon/Crater', cutOffHour: 4 })).toThrow(RangeError);
  });
});

describe('the turn of the day', () => {
  const subjects = (floor: Floor): readonly string[] =>
    [...new Set([...floor.rows.values()].map((row) => row.subject))].toSorted();

  it('takes closed orders with all that hangs on them, and leaves open ones', () => {
    const floor = createFloor();
    fillMenu(floor);
    giveAll(floor, [open(), add('l1'), send(), mark('start'), pay('p1', 600), close(500)]);
    floor.give(open('tablet-1', 'o2', 2));
    floor.turn('2026-11-23');
    expect(subjects(floor)).toEqual(['counter', 'menu', 'o2']);
    expect(
      floor.archive
        .get('o1')
        ?.map((row) => row.key)
        .toSorted(),
    ).toEqual(['board/o1', 'line/o1.l1', 'order/o1', 'payment/o1.p1', 'ticket/o1.kitchen']);
  });

  it('leaves what was closed on the new day itself', () => {
    const floor = createFloor();
    fillMenu(floor);
    giveAll(floor, [open(), add('l1'), pay('p1', 500), close(500)]);
    floor.turn('2026-11-22');
    expect(orderOf(floor).state).toBe('closed');
  });

  it('takes money that never found its order', () => {
    const floor = createFloor();
    floor.give(pay('p1', 500));
    floor.turn('2026-11-22');
    expect(subjects(floor)).toEqual(['o1']);
    floor.turn('2026-11-23');
    expect(subjects(floor)).toEqual([]);
    expect(floor.archive.get('o1')).toHaveLength(1);
  });

  it('takes what is left of commands that were settled without an order', () => {
    const floor = createFloor();
    const settled = { key: 'deferred/c1', subject: 'o9', seq: 1, body: { outcome: 'rejected' } };
    expect(floor.shop.leavesAtTurn('o9', [settled], '2026-11-23')).toBe(true);
  });

  it('does not keep the kitchen from finishing what left with its day', () => {
    const floor = createFloor();
    fillMenu(floor);
    giveAll(floor, [open(), add('l1'), send(), pay('p1', 500), close(500)]);
    floor.turn('2026-11-23');
    expect(floor.give(mark('bump')).flags).toEqual([]);
    expect(floor.body('ticket/o1.kitchen')).toMatchObject({ state: 'bumped' });
    expect(floor.body('board/o1')).toBeUndefined();
  });
});
