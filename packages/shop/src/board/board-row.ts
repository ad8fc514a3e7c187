// What guests see: a number and whether it is still being prepared. No name, no price, nothing that
// says what somebody eats.

import type { Rows } from '@pos-sync/sync';
import { isWaiting, ticketKey, type TicketRow } from '../ticket/ticket-row.ts';

export type BoardRow = {
  readonly number: string;
  readonly state: 'preparing' | 'ready';
};

export function boardKey(order: string): string {
  return `board/${order}`;
}

/**
 * Brings the guests' screen up to the order's tickets: ready once every station is, gone once all
 * was bumped.
 */
export function refreshBoard(rows: Rows, order: string): void {
  const key = boardKey(order);
  const before = rows.get(key) as BoardRow | undefined;
  const after = boardOf(rows, order);
  if (after === undefined) {
    if (before !== undefined) rows.remove(key);
  } else if (before?.state !== after.state || before.number !== after.number) {
    rows.put(key, order, after);
  }
}

function boardOf(rows: Rows, order: string): BoardRow | undefined {
  const prefix = ticketKey(`${order}.`);
  let board: BoardRow | undefined;
  for (const key of rows.keys(order)) {
    if (!key.startsWith(prefix)) continue;
    const ticket = rows.get(key) as TicketRow;
    if (!isWaiting(ticket)) continue;
    const allReady = ticket.state === 'ready' && board?.state !== 'preparing';
    board = { number: ticket.number, state: allReady ? 'ready' : 'preparing' };
  }
  return board;
}
