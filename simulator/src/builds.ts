// Two builds of the shop's software: the present one, and an update that knows one command more and
// shows guests one kind of row more.

import { type Domain, type Mutator, type Row, kindOf } from '@pos-sync/sync';
import { createShop } from '@pos-sync/shop';

export interface Builds {
  readonly old: Domain;
  readonly updated: Domain;
}

/** A command of the update: the old build has to keep it until it can be read. */
export const newCommandName = 'order.praise';

export function shopBuilds(): Builds {
  const old = createShop({ timeZone: 'UTC', cutOffHour: 4 });
  const send = old.mutators.get('order.send')!;
  const praise: Mutator = {
    name: newCommandName,
    v: 1,
    kind: 'fact',
    roles: ['entry', 'manager'],
    schema: send.schema,
    subject: (args) => send.subject(args),
    run(rows, args, situation) {
      rows.put(`counter/praise-${situation.id}`, send.subject(args), { day: '', last: 0 });
      return undefined;
    },
  };
  const kinds = new Set(['board', 'counter']);
  const guest = {
    projection: 'board1,counter1',
    kinds,
    project: (row: Row) => (kinds.has(kindOf(row.key)) ? row.body : undefined),
  };
  const updated: Domain = {
    ...old,
    mutators: new Map([...old.mutators, [newCommandName, praise]]),
    views: new Map([...old.views, ['guest', guest]]),
  };
  return { old, updated };
}
