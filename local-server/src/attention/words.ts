// What a command asks, in the words in which a person would ask for it. Amounts are minor units, as
// everywhere: the hub knows no currency.

import { type ItemRow, offerOf, type OrderNumber, orderLabel } from '@pos-sync/shop';
import type { Json } from '@pos-sync/sync';

import { fieldsOf, type LoggedCommand } from '../history/command-log.ts';

/** What words may be taken from. */
export interface Known {
  /** Of a line of the order. */
  nameOf(line: string): string | undefined;
  findItem(item: string): ItemRow | undefined;
}

type Say = (args: Fields, known: Known) => string;
type Fields = ReturnType<typeof fieldsOf>;

/** Whatever a device sent: one that was set aside may hold anything. */
export function wordsFor(
  { name, args, withheld }: Pick<LoggedCommand, 'name' | 'args' | 'withheld'>,
  known: Known,
): string {
  if (withheld !== undefined) return `${name} (${withheld.field} is not kept)`;
  const fields = fieldsOf(args);
  return says.get(name)?.(fields, known) ?? `${name} ${JSON.stringify(args)}`;
}

/** The number in the args of `order.open`; undefined where there is none. */
export function numberIn(args: Json): string | undefined {
  const { letter, count } = fieldsOf((fieldsOf(args)['number'] ?? null) as Json) as OrderNumber;
  return typeof letter === 'string' && Number.isSafeInteger(count)
    ? orderLabel({ letter, count })
    : undefined;
}

const says: ReadonlyMap<string, Say> = new Map<string, Say>([
  ['order.open', (args) => `open order ${numberIn(args as Json) ?? word(args, 'order')}`],
  ['order.addLine', sayLine],
  ['order.changeQuantity', (args, known) => `${word(args, 'by')} × ${lineName(args, known)}`],
  ['order.voidLine', (args, known) => `take off ${lineName(args, known)}${typed(args, 'reason')}`],
  ['order.send', () => 'send it to be made'],
  ['order.close', (args) => `close the bill at ${word(args, 'expectedTotalMinor')}`],
  ['payment.take', (args) => `take ${word(args, 'amountMinor')} in ${word(args, 'tender')}`],
  ['ticket.start', (args) => `${station(args)}: begun`],
  ['ticket.ready', (args) => `${station(args)}: ready`],
  ['ticket.bump', (args) => `${station(args)}: done`],
  ['ticket.receipt', (args) => `${station(args)}: shown on the screen`],
  ['menu.put', (args) => `put ${word(args, 'name')} on the menu at ${word(args, 'priceMinor')}`],
]);

function sayLine(args: Fields, { findItem }: Known): string {
  const item = word(args, 'item');
  const row = findItem(item);
  const choices = Array.isArray(args['choices']) ? args['choices'].map(String) : [];
  const named = (row && offerOf(row, word(args, 'version'), choices)?.choices) ?? choices;
  const what = [row?.name ?? item, ...named].join(', ');
  return `add ${word(args, 'quantity')} × ${what}${typed(args, 'note')}`;
}

function lineName(args: Fields, { nameOf }: Known): string {
  const line = word(args, 'line');
  return nameOf(line) ?? `line ${line}`;
}

function station(args: Fields): string {
  return word(args, 'ticket').split('.').at(-1) ?? '';
}

function typed(args: Fields, field: string): string {
  return args[field] === undefined ? '' : ` (${word(args, field)})`;
}

function word(args: Fields, field: string): string {
  const value = args[field];
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '?');
}
