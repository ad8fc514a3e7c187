// The fact that a cook begins with a ticket.

import type { Mutator } from '@pos-sync/sync';
import { type MarkArgs, markSchema, markTicket } from './mark.ts';
import { orderOfTicket } from './ticket-row.ts';

export const startTicket: Mutator<MarkArgs> = {
  name: 'ticket.start',
  v: 1,
  kind: 'fact',
  roles: ['kitchen', 'manager'],
  schema: markSchema,
  subject: (args) => orderOfTicket(args.ticket),
  run: (rows, args) => markTicket(rows, args, 'started'),
};
