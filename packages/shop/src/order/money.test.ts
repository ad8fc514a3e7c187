import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@pos-sync/sync';
import type { PaymentRow } from '../payment/payment-row.ts';
import { createFloor, type Floor, type Given } from '../testing/floor.ts';
import { add, change, close, mark, open, pay, putItem, send, voidLine } from '../testing/orders.ts';
import type { LineRow } from './line-row.ts';
import type { OrderRow } from './order-row.ts';
import { orderTotal, paidTotal } from './totals.ts';

const line = fc.constantFrom('l1', 'l2', 'l3');
const device = fc.constantFrom('t1', 't2', 't3');
const priceMinor = 333;

/** Anything that waiters, kitchen and till may do with one order, in no sensible order. */
const command: fc.Arbitrary<Given> = fc.oneof(
  fc
    .record({ line, device, quantity: fc.integer({ min: 1, max: 999 }) })
    .map((given) =>
      add(given.line, given.device, { quantity: given.quantity, shownMinor: priceMinor }),
    ),
  fc
    .record({ line, device, by: fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0) })
    .map((given) => change(given.line, given.by, given.device)),
  fc.record({ line, device }).map((given) => voidLine(given.line, given.device)),
  fc
    .record({ id: fc.constantFrom('p1', 'p2', 'p3', 'p4'), device, step: fc.nat({ max: 3 }) })
    .map((given) => pay(given.id, 1 + given.step, given.device)),
  fc.constantFrom(send(), mark('start'), mark('ready'), mark('bump', 2), close(priceMinor)),
);

/** Money may come before its order is known; nearly everything else comes after. */
const evening: fc.Arbitrary<readonly Given[]> = fc
  .record({
    before: fc.array(command, { maxLength: 3 }),
    after: fc.array(command, { maxLength: 40 }),
  })
  .map(({ before, after }) => [...before, open(), ...after]);

describe('money', () => {
  it('adds up to the minor unit under any order of commands', () => {
    fc.assert(
      fc.property(evening, (commands) => {
        const floor = marketFloor();
        const book = recount(floor, commands);
        const { order, lines, payments } = left(floor);
        const sum = lines.reduce(
          (total, row) => total + (row.state === 'voided' ? 0 : row.quantity),
          0,
        );
        if (order !== undefined) {
          expect(order.totalMinor).toBe(sum * priceMinor);
          expect(order.totalMinor).toBe(book.quantity * priceMinor);
          expect(order.totalMinor).toBe(orderTotal(lines));
          expect(order.paidMinor).toBe(paidTotal(payments));
        }
        const taken = [...book.taken.values()].reduce((total, amount) => total + amount, 0);
        expect(paidTotal(payments)).toBe(taken);
      }),
      { numRuns: 300 },
    );
  });

  it('is never lost: every payment told is there, once, with its first amount', () => {
    fc.assert(
      fc.property(evening, (commands) => {
        const floor = marketFloor();
        const { taken } = recount(floor, commands);
        const kept = [...floor.rows.values()]
          .filter((row) => row.key.startsWith('payment/'))
          .map((row) => [row.key, (row.body as PaymentRow).amountMinor] as const);
        expect(new Map(kept)).toEqual(taken);
      }),
      { numRuns: 300 },
    );
  });

  it('reaches the kitchen: what is to be made is what is on the bill, until it is bumped', () => {
    const withoutBump = command.filter(({ name }) => name !== 'ticket.bump');
    fc.assert(
      fc.property(fc.array(withoutBump, { maxLength: 40 }), (commands) => {
        const floor = marketFloor();
        recount(floor, [open(), ...commands, send()]);
        const made = new Map<string, number>();
        for (const entry of (floor.body('ticket/o1.kitchen') as TicketBody | undefined)?.lines ??
          []) {
          if (!entry.voided) made.set(entry.line, (made.get(entry.line) ?? 0) + entry.quantity);
        }
        const billed = [...floor.rows]
          .filter(([key, row]) => key.startsWith('line/') && row.body['state'] === 'sent')
          .map(([key, row]) => [key.slice('line/o1.'.length), row.body['quantity']]);
        expect(Object.fromEntries(made)).toEqual(Object.fromEntries(billed));
      }),
      { numRuns: 300 },
    );
  });

  it('that a number cannot hold exactly is an error, never a bill', () => {
    const huge = { quantity: 999, unitMinor: Number.MAX_SAFE_INTEGER, state: 'added' } as const;
    expect(() => orderTotal([huge])).toThrow(RangeError);
    const most = { ...huge, quantity: 1 };
    expect(() => orderTotal([most, { ...most, unitMinor: 1 }])).toThrow(RangeError);
  });
});

interface TicketBody {
  readonly lines: readonly { line: string; quantity: number; voided: boolean }[];
}

/** Of which each command has some. */
interface ArgsCounted extends JsonObject {
  readonly line: string;
  readonly quantity: number;
  readonly by: number;
  readonly payment: string;
  readonly amountMinor: number;
}

function marketFloor(): Floor {
  const floor = createFloor();
  putItem(floor, 'soup', { priceMinor });
  return floor;
}

/** Gives the commands and keeps a second set of books by other means: from outcomes alone. */
function recount(floor: Floor, commands: readonly Given[]) {
  const quantities = new Map<string, number>();
  const taken = new Map<string, number>();
  for (const given of commands) {
    const { refusal } = floor.give(given);
    if (refusal !== undefined) continue;
    const args = given.args as ArgsCounted;
    const id = args.line;
    if (given.name === 'order.addLine') quantities.set(id, args.quantity);
    if (given.name === 'order.voidLine') quantities.delete(id);
    if (given.name === 'order.changeQuantity') {
      quantities.set(id, (quantities.get(id) ?? 0) + args.by);
    }
    const key = `payment/o1.${args.payment}`;
    if (given.name === 'payment.take' && !taken.has(key)) {
      taken.set(key, args.amountMinor);
    }
  }
  const quantity = [...quantities.values()].reduce((total, count) => total + count, 0);
  return { quantity, taken };
}

function left(floor: Floor) {
  const lines: LineRow[] = [];
  const payments: PaymentRow[] = [];
  for (const [key, row] of floor.rows) {
    if (key.startsWith('line/')) lines.push(row.body as LineRow);
    if (key.startsWith('payment/')) payments.push(row.body as PaymentRow);
  }
  return { order: floor.body('order/o1') as OrderRow | undefined, lines, payments };
}
