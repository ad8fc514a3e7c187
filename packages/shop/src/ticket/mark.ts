// What start, ready and bump have in common: they happened in the kitchen, so they are never
// refused, and they only ever move a ticket forward.

import type { Rows } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { refreshBoard } from '../board/board-row.ts';
import { ordinal, ticketIdentifier } from '../scalar.ts';
import { putTicket } from './tell-kitchen.ts';
import { withMark } from './ticket-change.ts';
import { getTicket, orderOfTicket } from './ticket-row.ts';

/** `round` is the newest round the cook saw: what came later stays to be made. */
export const markSchema = z.strictObject({ ticket: ticketIdentifier, round: ordinal });
export type MarkArgs = z.infer<typeof markSchema>;

export function markTicket(
  rows: Rows,
  args: MarkArgs,
  mark: 'started' | 'ready' | 'bumped',
): undefined {
  const order = orderOfTicket(args.ticket);
  const ticket = getTicket(rows, args.ticket);
  if (ticket === undefined) {
    rows.require(order);
    const message = `The kitchen worked on a ticket that is not known here (${args.ticket}).`;
    rows.flag('TICKET_UNKNOWN', message);
    return;
  }
  const marked = withMark(ticket, mark, args.round);
  if (marked === ticket) return;
  putTicket(rows, order, marked);
  refreshBoard(rows, order);
}
