// The fact that a ticket is out of the kitchen; its number leaves the guests' screen.

import type { Mutator } from '@pos-sync/sync';
import { type MarkArgs, markSchema, markTicket } from './mark.ts';
import { orderOfTicket } from './ticket-row.ts';

export const bumpTicket: Mutator<MarkArgs> = {
  name: 'ticket.bump',
  v: 1,
  kind: 'fact',
  roles: ['kitchen', 'manager'],
  schema: markSchema,
  subject: (args) => orderOfTicket(args.ticket),
  run: (rows, args) => markTicket(rows, args, 'bumped'),
};
