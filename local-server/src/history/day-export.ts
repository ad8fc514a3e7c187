// A business day for bookkeeping: one record for each order, line and payment, the same in JSON and in
// CSV. Amounts are whole minor units.

import { setImmediate as letOthersGoFirst } from 'node:timers/promises';

import type { Who } from '../devices/who.ts';
import type { OrderRows } from './rows.ts';
import { readOrders } from './rows.ts';
import { type CommittedStore, decidedOn, forwards, orderOf, readCommand } from './command-log.ts';
import { type Present, stretchOf } from './days.ts';

/** What each record has, in this order; what does not apply to a kind is null. */
export const columns = [
  'record',
  'order',
  'id',
  'number',
  'state',
  'openedDay',
  'closedDay',
  'day',
  'receipt',
  'item',
  'version',
  'name',
  'choices',
  'note',
  'reason',
  'quantity',
  'unitMinor',
  'totalMinor',
  'paidMinor',
  'tender',
  'amountMinor',
  'givenMinor',
  'flags',
  'device',
  'deviceName',
  'deviceLetter',
] as const;

export type Value = string | number | null | readonly string[];
export type ExportRecord = Readonly<Record<(typeof columns)[number], Value>>;

const readTogether = 8;

/** Orders that were opened or closed on the day, or for which money was taken on it; a few at a time. */
export async function* exportDay(
  store: CommittedStore,
  present: Present,
  day: string,
  whoIs: (device: string) => Who,
): AsyncIterable<readonly ExportRecord[]> {
  const seen = new Set<string>();
  for await (const entries of forwards(store, stretchOf(store, present, day))) {
    const found = new Set(entries.flatMap((entry) => ordersIn(store, entry)));
    const orders = [...found].filter((order) => !seen.has(order));
    for (const order of orders) seen.add(order);
    for (let from = 0; from < orders.length; from += readTogether) {
      const rows = readOrders(store, orders.slice(from, from + readTogether));
      const records = rows.filter((one) => isOfDay(one, day)).flatMap(recordsOf);
      yield records.map((record) => named(record, whoIs));
      await letOthersGoFirst();
    }
  }
}

/** What a person decided on that day may be about a command of an earlier one. */
function ordersIn(
  store: CommittedStore,
  entry: Parameters<typeof readCommand>[0],
): readonly string[] {
  const command = readCommand(entry);
  if (command === undefined) return [];
  const id = decidedOn(command);
  const meant = id === undefined ? [command] : store.find({ ids: [id] }).entries.map(readCommand);
  return meant.flatMap((one) => (one && orderOf(one)) ?? []);
}

function isOfDay({ order, payments }: OrderRows, day: string): boolean {
  if (order?.openedDay === day || order?.closedDay === day) return true;
  return payments.some((payment) => payment.day === day);
}

function recordsOf({ id, order, lines, payments }: OrderRows): ExportRecord[] {
  const own = (values: Partial<ExportRecord>): ExportRecord => ({
    ...empty,
    order: id,
    number: order?.number ?? null,
    ...values,
  });
  const { openedBy, ...ofOrder } = order ?? {};
  const bill = order && own({ record: 'order', id, ...only(ofOrder), device: openedBy ?? null });
  return [
    ...(bill ? [bill] : []),
    ...lines.map(({ line, ...rest }) =>
      own({ record: 'line', id: line, ...only(rest), device: rest.changed.device }),
    ),
    ...payments.map(({ payment, takenBy, ...rest }) =>
      own({ record: 'payment', id: payment, ...only(rest), device: takenBy }),
    ),
  ];
}

/** By its present name: people know no ids. */
function named(record: ExportRecord, whoIs: (device: string) => Who): ExportRecord {
  if (typeof record.device !== 'string') return record;
  const { name, letter = null } = whoIs(record.device);
  return { ...record, deviceName: name, deviceLetter: letter };
}

const empty = Object.fromEntries(columns.map((column) => [column, null])) as ExportRecord;

/** The fields that have a column. */
function only(fields: object): Partial<ExportRecord> {
  const known = Object.entries(fields).filter(([field]) => field in empty);
  return Object.fromEntries(known) as Partial<ExportRecord>;
}
