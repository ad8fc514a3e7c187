// One order as ten commands, the same ten steps the baseline's load takes: open, three lines, send,
// start, ready, bump, pay, close. Each is given when the one before it was answered.

import type { Decided } from '@pos-sync/sync';

/** Gives one command and settles with what the hub decided. */
export type Give = (name: string, args: object) => Promise<Decided>;

interface MenuItem {
  readonly item: string;
  readonly name: string;
  readonly priceMinor: number;
}

export const commandsPerOrder = 10;
/** Rows an order leaves: order, three lines, ticket, payment. */
export const rowsPerOrder = 6;
export const totalMinor = 2_290;

const station = 'grill';
const version = 'v1';
const menu: readonly MenuItem[] = [
  { item: 'bowl', name: 'Chicken Bowl', priceMinor: 1_140 },
  { item: 'burrito', name: 'Steak Burrito', priceMinor: 895 },
  { item: 'chips', name: 'Chips and Guacamole', priceMinor: 255 },
];

/** Brings the three items onto the menu. */
export async function fillMenu(give: Give): Promise<void> {
  for (const { item, name, priceMinor } of menu) {
    const choices = {
      rice: { name: 'Brown rice', priceMinor: 0 },
      beans: { name: 'Black beans', priceMinor: 0 },
    };
    await give('menu.put', { item, version, name, station, priceMinor, choices });
  }
}

/** The ten steps, for whoever gives them at once instead of one by one. */
export function orderSteps(
  order: string,
  number: { readonly letter: string; readonly count: number },
): readonly (readonly [name: string, args: object])[] {
  const ticket = `${order}.${station}`;
  return [
    ['order.open', { order, number }],
    ...menu.map(({ item, priceMinor }, index): [string, object] => [
      'order.addLine',
      {
        order,
        line: `l${index + 1}`,
        item,
        version,
        quantity: 1,
        choices: ['rice', 'beans'],
        note: 'the dressing on the side, please',
        shownMinor: priceMinor,
      },
    ]),
    ['order.send', { order }],
    ['ticket.start', { ticket, round: 1 }],
    ['ticket.ready', { ticket, round: 1 }],
    ['ticket.bump', { ticket, round: 1 }],
    ['payment.take', { order, payment: 'p1', tender: 'cash', amountMinor: totalMinor }],
    ['order.close', { order, expectedTotalMinor: totalMinor }],
  ];
}

/** Settles when the tenth command is answered. */
export async function placeOrder(
  give: Give,
  order: string,
  number: { readonly letter: string; readonly count: number },
): Promise<void> {
  for (const [name, args] of orderSteps(order, number)) await give(name, args);
}
