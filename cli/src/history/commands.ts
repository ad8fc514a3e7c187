// What may be typed about the past: orders and what was asked of them, and a day for bookkeeping.

import { type Command, InvalidArgumentError, Option } from 'commander';

import { type DoorFlags, doorOf, withDoorFlags } from '../door-flags.ts';
import { exportHelp, ordersHelp } from './help.ts';

interface OrdersFlags extends DoorFlags {
  readonly day?: string;
  readonly number?: string;
  readonly device?: string;
  readonly limit: number;
  readonly history?: true;
}

interface ExportFlags extends DoorFlags {
  readonly day: string;
  readonly format: 'csv' | 'json';
  readonly out: string;
}

export function addHistoryCommands(program: Command): void {
  const orders = program
    .command('orders')
    .description('lists orders, open and closed, or shows one of them')
    .argument('[order]', 'its number, which means the newest of that number, or its id')
    .option('--day <day>', 'only those opened on this business day, as 2026-11-22', businessDay)
    .option('--number <number>', 'only those of this number, as B17', orderNumber)
    .option('--device <device>', 'only those of this device: its letter, name or id')
    .option('--limit <count>', 'at most so many, the newest', countOf, 50)
    .option('--history', 'with an order: every command on it, and when each station had it');
  withDoorFlags(orders, 'prints what the hub answered on one line')
    .addHelpText('after', ordersHelp)
    .action(async (typed: string | undefined, flags: OrdersFlags) => {
      console.log(await (typed === undefined ? listed(flags) : shown(typed, flags)));
    });

  const exported = program
    .command('export')
    .description('writes the orders, lines and payments of a business day into a new file')
    .requiredOption('--day <day>', 'the business day, as 2026-11-22', businessDay)
    .requiredOption('--out <file>', 'the file; one that is there stays as it is')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(['csv', 'json']).default('csv'),
    );
  withDoorFlags(exported, 'prints {"file","day","isOver","records"} on one line')
    .addHelpText('after', exportHelp)
    .action(async (flags: ExportFlags) => {
      const { exportDay } = await import('./export.ts');
      const { day, format, out, json = false } = flags;
      console.log(await exportDay(await doorOf(flags), { day, format, out, json }));
    });
}

async function listed(flags: OrdersFlags): Promise<string> {
  const { readOrders } = await import('./ask.ts');
  const { orderTable } = await import('./tables.ts');
  const door = await doorOf(flags);
  const { day, number, device: typed, limit, json } = flags;
  const device = typed === undefined ? undefined : await deviceIn(flags, typed);
  const page = await readOrders(door, {
    ...(day !== undefined && { day }),
    ...(number !== undefined && { number }),
    ...(device !== undefined && { device }),
    limit,
  });
  if (json) return JSON.stringify(page);
  if (page.orders.length > 0) return orderTable(page.orders, Date.now());
  const isForAll = [day, number, device].every((wanted) => wanted === undefined);
  return isForAll ? 'There is no order yet.' : 'No order is of that kind.';
}

async function deviceIn(flags: OrdersFlags, typed: string): Promise<string> {
  const { findListed, readDevices } = await import('../devices/device-list.ts');
  return findListed(await readDevices(await doorOf(flags)), typed).device;
}

async function shown(typed: string, flags: OrdersFlags): Promise<string> {
  const { findOrder, readHistory, readOrder } = await import('./ask.ts');
  const { historyText, orderText } = await import('./tables.ts');
  const door = await doorOf(flags);
  const order = await findOrder(door, typed);
  if (flags.history) {
    const history = await readHistory(door, order);
    return flags.json ? JSON.stringify(history) : historyText(history, Date.now());
  }
  const view = await readOrder(door, order);
  return flags.json ? JSON.stringify(view) : orderText(view, Date.now());
}

function businessDay(text: string): string {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime());
  if (isDay && day.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('It must be a day, as 2026-11-22.');
}

function orderNumber(text: string): string {
  if (/^[A-Za-z]{1,3}\d{1,6}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError('It must be the number of an order, as B17.');
}

export function countOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value >= 1 && value <= 10_000) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
}
