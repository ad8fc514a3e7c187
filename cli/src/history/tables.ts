// The past as a person reads it in a terminal. Amounts are minor units, as everywhere: the hub knows
// no currency.

import { columns, timeOf } from '../devices/table.ts';
import type { ListedOrder, OrderHistory, OrderView, Who } from './ask.ts';

export function orderTable(orders: readonly ListedOrder[], nowMs: number): string {
  const heading = ['number', 'state', 'total', 'paid', 'receipt', 'day', 'opened', 'id'];
  const cells = orders.map((order) => [
    order.number,
    order.state,
    String(order.totalMinor),
    String(order.paidMinor),
    String(order.receipt ?? ''),
    order.openedDay,
    timeOf(order.openedMs, nowMs),
    order.order,
  ]);
  return columns([heading, ...cells]).join('\n');
}

export function orderText({ order, lines, tickets, payments }: OrderView, nowMs: number): string {
  const head = order === null ? 'Nobody opened this order.' : orderTable([order], nowMs);
  return [
    head,
    ...part('Lines', lines, ['quantity', 'name', 'choices', 'note', 'totalMinor', 'state']),
    ...part('Tickets', tickets, ['station', 'state', 'round']),
    ...part('Payments', payments, ['day', 'tender', 'amountMinor', 'givenMinor', 'flags']),
  ].join('\n');
}

export function historyText({ commands, receipts }: OrderHistory, nowMs: number): string {
  const asked = commands.map(({ seq, hubTimeMs, by, name, args, withheld, ...said }) => [
    String(seq),
    timeOf(hubTimeMs, nowMs),
    calledOf(by),
    name,
    endOf(said),
    withheld === undefined ? JSON.stringify(args) : `(${withheld.field} is not kept)`,
  ]);
  const shown = receipts.map(({ station, revision, screen, hubTimeMs }) => [
    timeOf(hubTimeMs, nowMs),
    station,
    `revision ${revision}`,
    calledOf(screen),
  ]);
  return [
    ...columns([['place', 'when', 'by', 'command', 'outcome', 'what'], ...asked]),
    '',
    ...(shown.length === 0
      ? ['No station has shown it yet.']
      : ['Shown at:', ...columns([['when', 'station', 'ticket', 'screen'], ...shown])]),
  ].join('\n');
}

type Fields = Readonly<Record<string, unknown>>;

function part(title: string, rows: readonly Fields[], fields: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => fields.map((field) => cellOf(row[field])));
  return ['', `${title}:`, ...columns([fields, ...cells])];
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : JSON.stringify(value);
}

export function calledOf({ letter = '', name }: Who): string {
  return `${letter} ${name}`.trim();
}

function endOf({
  outcome,
  code,
  repeats,
  settled,
}: Pick<OrderHistory['commands'][number], 'outcome' | 'code' | 'repeats' | 'settled'>): string {
  const end = code === undefined ? outcome : `${outcome} ${code}`;
  if (repeats === true) return `${end}, sent twice`;
  return settled === undefined ? end : `${end}, now ${settled.outcome}`;
}
