// The numbers people call orders by: the device's letter and a counter of the business day, `B17`.
// Made on the device, so that a tablet that is alone can number its orders too.

import type { Rows, Situation } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { ordinal } from '../scalar.ts';

/** `A` to `Z`, then `AA` …; I and O are left out because they read as 1 and 0. */
export const orderNumberSchema = z.strictObject({
  letter: z
    .string("must be the device's letter: 1 to 3 of A to Z without I and O")
    .check(z.regex(/^[A-HJ-NP-Z]{1,3}$/)),
  count: ordinal,
});
export type OrderNumber = z.infer<typeof orderNumberSchema>;

export type CounterRow = {
  /** The business day `last` was counted on; on any other day counting begins at 1. */
  readonly day: string;
  readonly letter: string;
  readonly last: number;
};

export const counterSubject = 'counter';

export function counterKey(device: string): string {
  return `counter/${device}`;
}

/** The count of the next order `device` opens on `day`, the day the hub told last. */
export function nextOrderNumber(rows: Pick<Rows, 'get'>, device: string, day: string): number {
  const counter = rows.get(counterKey(device)) as CounterRow | undefined;
  return counter?.day === day ? counter.last + 1 : 1;
}

export function orderLabel(number: OrderNumber): string {
  return `${number.letter}${number.count}`;
}

/** Moves the device's counter past `number`, and raises a label that was already given that day. */
export function countNumber(rows: Rows, number: OrderNumber, situation: Situation): void {
  if (isTaken(rows, number, situation.day)) {
    const label = orderLabel(number);
    rows.flag('NUMBER_TWICE', `Two orders of today may be called ${label}. Ask who opened them.`);
  }
  const key = counterKey(situation.device);
  const before = rows.get(key) as CounterRow | undefined;
  if (before !== undefined && !isNews(before, number, situation.day)) return;
  const { letter, count } = number;
  const counter: CounterRow = { day: situation.day, letter, last: count };
  rows.put(key, counterSubject, counter);
}

/** A number that comes again after a restore, from an older day, must not turn the counter back. */
function isNews(counter: CounterRow, number: OrderNumber, day: string): boolean {
  return counter.day === day ? number.count > counter.last : counter.day < day;
}

/** True when any device of that letter already counted so far on that day. */
function isTaken(rows: Rows, number: OrderNumber, day: string): boolean {
  for (const key of rows.keys(counterSubject)) {
    const counter = rows.get(key) as CounterRow;
    const sameRun = counter.day === day && counter.letter === number.letter;
    if (sameRun && counter.last >= number.count) return true;
  }
  return false;
}
