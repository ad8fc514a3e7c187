// The commands that tests give most, in the fewest words.

import { orderKey, type OrderRow } from '../order/order-row.ts';
import type { TicketRow } from '../ticket/ticket-row.ts';
import type { Decided, Floor, Given } from './floor.ts';

export const order = 'o1';
const ticket = 'o1.kitchen';

/** Soup 5.00 (bread +1.00) from the kitchen, beer 4.00 from the bar, a card 2.50 from nowhere. */
export function fillMenu(floor: Floor): void {
  const bread = { bread: { name: 'Bread', priceMinor: 100 } };
  putItem(floor, 'soup', { station: 'kitchen', priceMinor: 500, choices: bread });
  putItem(floor, 'beer', { station: 'bar', priceMinor: 400 });
  putItem(floor, 'card', { station: null, priceMinor: 250 });
}

export function putItem(
  floor: Floor,
  item: string,
  offer: {
    readonly station?: string | null;
    readonly priceMinor: number;
    readonly version?: string;
    readonly choices?: Record<string, { name: string; priceMinor: number }>;
  },
): Decided {
  const name = item.charAt(0).toUpperCase() + item.slice(1);
  const args = { item, version: 'v1', name, station: 'kitchen', choices: {}, ...offer };
  return floor.give({ name: 'menu.put', args, role: 'manager', device: 'office' });
}

/** Commands for order `o1` unless another is named; `by` is the device that gives them. */
export function open(by = 'tablet-1', id = order, count = 1): Given {
  const number = { letter: 'B', count };
  return { name: 'order.open', args: { order: id, number }, device: by };
}

export function add(line: string, by = 'tablet-1', more: object = {}): Given {
  const soup = { item: 'soup', version: 'v1', quantity: 1, choices: [], shownMinor: 500 };
  return { name: 'order.addLine', args: { order, line, ...soup, ...more }, device: by };
}

export function addBeer(line: string, by = 'tablet-1', quantity = 1): Given {
  return add(line, by, { item: 'beer', shownMinor: 400, quantity });
}

export function change(line: string, difference: number, by = 'tablet-1'): Given {
  return { name: 'order.changeQuantity', args: { order, line, by: difference }, device: by };
}

export function voidLine(line: string, by = 'tablet-1'): Given {
  return {
    name: 'order.voidLine',
    args: { order, line, reason: 'changed their mind' },
    device: by,
  };
}

export function send(by = 'tablet-1'): Given {
  return { name: 'order.send', args: { order }, device: by };
}

export function close(expectedTotalMinor: number, by = 'tablet-1'): Given {
  return { name: 'order.close', args: { order, expectedTotalMinor }, device: by };
}

export function pay(payment: string, amountMinor: number, by = 'tablet-1'): Given {
  const args = { payment, order, tender: 'cash', amountMinor };
  return { name: 'payment.take', args, device: by };
}

export function mark(name: 'start' | 'ready' | 'bump', round = 1, id = ticket): Given {
  const args = { ticket: id, round };
  return { name: `ticket.${name}`, args, device: 'kitchen-1', role: 'kitchen' };
}

export function orderOf(floor: Floor, id = order): OrderRow {
  const row = floor.body(orderKey(id)) as OrderRow | undefined;
  if (row === undefined) throw new Error(`There is no order ${id}.`);
  return row;
}

export function ticketOf(floor: Floor, id = ticket): TicketRow {
  const row = floor.body(`ticket/${id}`) as TicketRow | undefined;
  if (row === undefined) throw new Error(`There is no ticket ${id}.`);
  return row;
}

/** Gives every command and says which were refused, by code. */
export function giveAll(floor: Floor, commands: readonly Given[]): readonly string[] {
  return commands.flatMap((command) => floor.give(command).refusal?.code ?? []);
}

/** Every order in which `items` can come. */
export function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}
