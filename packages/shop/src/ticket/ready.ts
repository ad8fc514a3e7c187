// The fact that everything on a ticket can be taken out; guests see it.

import type { Mutator } from '@pos-sync/sync';
import { type MarkArgs, markSchema, markTicket } from './mark.ts';
import { orderOfTicket } from './ticket-row.ts';

export const readyTicket: Mutator<MarkArgs> = {
  name: 'ticket.ready',
  v: 1,
  kind: 'fact',
  roles: ['kitchen', 'manager'],
  schema: markSchema,
  subject: (args) => orderOfTicket(args.ticket),
  run: (rows, args) => markTicket(rows, args, 'ready'),
};
