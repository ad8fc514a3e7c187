// The rows of an order as whoever asks over HTTP gets them: each with the ids from its key, in the
// order in which people read a bill.

import {
  type LineRow,
  type OrderRow,
  orderTotal,
  type PaymentRow,
  type TicketRow,
} from '@pos-sync/shop';
import { kindOf, type Row, rowOf } from '@pos-sync/sync';

import type { CommittedStore } from './command-log.ts';

export interface ShownOrder extends OrderRow {
  readonly order: string;
}

export interface OrderRows {
  readonly id: string;
  /** Absent where money came for an order that nobody knows. */
  readonly order: ShownOrder | undefined;
  readonly lines: readonly (LineRow & { readonly line: string; readonly totalMinor: number })[];
  readonly tickets: readonly (TicketRow & { readonly ticket: string })[];
  readonly payments: readonly (PaymentRow & { readonly payment: string })[];
  /** The newest command that changed one of them. */
  readonly seq: number;
}

/** Those that have no row at all are left out. */
export function readOrders(store: CommittedStore, ids: readonly string[]): readonly OrderRows[] {
  const bySubject = Map.groupBy(store.find({ subjects: ids }).rows, ({ subject }) => subject);
  return ids.flatMap((id) => {
    const rows = (bySubject.get(id) ?? []).map(rowOf).filter(({ key }) => isShown(key));
    return rows.length === 0 ? [] : [gathered(id, rows)];
  });
}

function gathered(id: string, rows: readonly Row[]): OrderRows {
  const inOrder = rows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const of = <Body>(kind: string): readonly (readonly [string, Body])[] =>
    inOrder
      .filter(({ key }) => kindOf(key) === kind)
      .map(({ key, body }) => [key.slice(kind.length + 1), body as unknown as Body] as const);
  const own = (key: string): string => key.slice(id.length + 1);
  const [order] = of<OrderRow>('order');
  return {
    id,
    order: order && { order: id, ...order[1] },
    lines: of<LineRow>('line').map(([key, line]) => {
      return { line: own(key), ...line, totalMinor: orderTotal([line]) };
    }),
    tickets: of<TicketRow>('ticket').map(([ticket, row]) => ({ ticket, ...row })),
    payments: of<PaymentRow>('payment').map(([key, row]) => ({ payment: own(key), ...row })),
    seq: Math.max(...rows.map(({ seq }) => seq)),
  };
}

const shownKinds = new Set(['order', 'line', 'ticket', 'payment']);

function isShown(key: string): boolean {
  return shownKinds.has(kindOf(key));
}
