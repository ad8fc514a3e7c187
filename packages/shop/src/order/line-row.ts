// One line of an order, with the name and the price it was sold at: the menu may change, the line
// does not.

import type { Refusal, Rows, Situation } from '@pos-sync/sync';
import { findOpenOrder, type OrderRow } from './order-row.ts';

export type LineRow = {
  readonly order: string;
  readonly item: string;
  readonly version: string;
  readonly name: string;
  readonly station: string | null;
  readonly quantity: number;
  readonly unitMinor: number;
  /** Names, as they were on the screen; a choice taken twice stands twice. */
  readonly choices: readonly string[];
  readonly note: string | null;
  readonly state: 'added' | 'sent' | 'voided';
  readonly reason: string | null;
  /** Who changed it last and at which seq (0 on a device): lets a refused close say what landed. */
  readonly changed: { readonly seq: number; readonly device: string };
};

export type FoundLine =
  | { readonly order: OrderRow; readonly line: LineRow; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly order?: undefined; readonly line?: undefined };

/** A line's key carries its order: two programs that count lines 1, 2, 3 do not meet. */
export function lineKey(order: string, line: string): string {
  return `line/${order}.${line}`;
}

export function getLine(rows: Pick<Rows, 'get'>, order: string, line: string): LineRow | undefined {
  return rows.get(lineKey(order, line)) as LineRow | undefined;
}

/** The line and its order if both may still change, or the sentence why not. */
export function findLine(rows: Rows, order: string, line: string): FoundLine {
  const found = findOpenOrder(rows, order);
  if (found.refusal !== undefined) return found;
  const row = getLine(rows, order, line);
  if (row !== undefined) return { order: found.order, line: row };
  const message = `This line is not on ${found.order.number}. Look at the order again.`;
  return { refusal: { code: 'LINE_UNKNOWN', message } };
}

/** `id → row` of every line of the order, voided ones too. */
export function linesOf(
  rows: Pick<Rows, 'get' | 'keys'>,
  order: string,
): ReadonlyMap<string, LineRow> {
  const prefix = lineKey(order, '');
  const lines = new Map<string, LineRow>();
  for (const key of rows.keys(order)) {
    if (key.startsWith(prefix)) lines.set(key.slice(prefix.length), rows.get(key) as LineRow);
  }
  return lines;
}

export function changedBy(situation: Situation): LineRow['changed'] {
  return { seq: situation.stand?.seq ?? 0, device: situation.device };
}
