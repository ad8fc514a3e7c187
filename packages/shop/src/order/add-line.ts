// Puts a line on an order at the price that was on the waiter's screen.

import type { Mutator, Rows } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { getItem, type ItemRow, offerOf } from '../menu/item-row.ts';
import { choicesMax, identifier, note, orderIdentifier, quantity, unitMinor } from '../scalar.ts';
import { changedBy, getLine, lineKey, type LineRow } from './line-row.ts';
import { findOpenOrder, type OrderRow } from './order-row.ts';
import { recountLines } from './totals.ts';

const schema = z.strictObject({
  order: orderIdentifier,
  line: identifier,
  item: identifier,
  /** The menu version that was on the screen. */
  version: identifier,
  quantity,
  /** Choice ids; one taken twice stands twice. */
  choices: z
    .array(identifier, `must be a list of at most ${choicesMax} ids`)
    .check(z.maxLength(choicesMax)),
  note: z.optional(note),
  /** The price of one with its choices, as the screen showed it. */
  shownMinor: unitMinor,
});
type Args = z.infer<typeof schema>;

export const addLine: Mutator<Args> = {
  name: 'order.addLine',
  v: 1,
  kind: 'intent',
  roles: ['entry', 'counter', 'manager', 'program'],
  schema,
  subject: (args) => args.order,
  run(rows, args, situation) {
    const { order, refusal } = findOpenOrder(rows, args.order);
    if (refusal !== undefined) return refusal;
    const existing = getLine(rows, args.order, args.line);
    if (existing !== undefined) {
      const message = `This line (${existing.name}) is already on ${order.number}.`;
      return { code: 'LINE_EXISTS', message };
    }
    const item = getItem(rows, args.item);
    if (item === undefined) {
      const message = `Something ordered on ${order.number} is not on the menu. Choose it again.`;
      return { code: 'ITEM_UNKNOWN', message };
    }
    const line: LineRow = {
      order: args.order,
      item: args.item,
      version: args.version,
      name: item.name,
      station: item.station,
      quantity: args.quantity,
      ...price(rows, args, item, order),
      note: args.note ?? null,
      state: 'added',
      reason: null,
      changed: changedBy(situation),
    };
    rows.put(lineKey(args.order, args.line), args.order, line);
    recountLines(rows, args.order, order);
    return undefined;
  },
};

/** The guest was told a price: when the menu cannot confirm it, people look at it afterwards. */
function price(
  rows: Rows,
  args: Args,
  item: ItemRow,
  order: OrderRow,
): Pick<LineRow, 'unitMinor' | 'choices'> {
  const offer = offerOf(item, args.version, args.choices);
  if (offer === undefined) {
    rows.flag(
      'PRICE_UNKNOWN',
      `${item.name} on ${order.number} was sold at a price the menu does not know. Check the bill.`,
    );
    return { unitMinor: args.shownMinor, choices: args.choices };
  }
  if (offer.unitMinor !== args.shownMinor) {
    rows.flag(
      'PRICE_DIFFERS',
      `${item.name} on ${order.number} was shown at another price than the menu's. Check the bill.`,
    );
  }
  return offer;
}
