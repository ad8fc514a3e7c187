// The fact that a screen of a station has shown a revision of a ticket: the waiter sees that the
// kitchen has it. Only the hub says so, from what the screen told it was drawn.

import type { Mutator } from '@pos-sync/sync';
import * as z from 'zod/mini';
import { deviceIdentifier, ordinal, station, ticketIdentifier } from '../scalar.ts';
import { putTicket } from './tell-kitchen.ts';
import { getTicket, orderOfTicket } from './ticket-row.ts';

const schema = z.strictObject({
  ticket: ticketIdentifier,
  revision: ordinal,
  device: deviceIdentifier,
  station,
});

export const receiveTicket: Mutator<z.infer<typeof schema>> = {
  name: 'ticket.receipt',
  v: 1,
  kind: 'fact',
  roles: ['hub'],
  schema,
  subject: (args) => orderOfTicket(args.ticket),
  run(rows, args) {
    const ticket = getTicket(rows, args.ticket);
    // A ticket that left with its day needs no receipt, and one whose restored row is older than
    // what was seen gets its own.
    if (ticket === undefined || ticket.station !== args.station) return;
    if (args.revision > ticket.revision.number) return;
    const { receipts } = ticket;
    const before = Object.hasOwn(receipts, args.device) ? receipts[args.device] : undefined;
    if (before !== undefined && before >= args.revision) return;
    const receipt = { ...receipts, [args.device]: args.revision };
    putTicket(rows, orderOfTicket(args.ticket), { ...ticket, receipts: receipt });
  },
};
