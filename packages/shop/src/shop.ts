// The shop as the sync engine sees it: what may be done, who sees what, and when a day ends.

import type { Domain } from '@pos-sync/sync';
import { withholdsCardData } from './card-number/withheld.ts';
import { mutators } from './command-table.ts';
import { businessDay, type Opening } from './day/business-day.ts';
import { leavesAtTurn } from './day/turn.ts';
import { receiptsOf } from './ticket/seen.ts';
import { viewOf, views } from './view/views.ts';

/** Throws RangeError for a time zone or a cut-off hour that does not exist. */
export function createShop(options: Opening): Domain {
  const byName = new Map(mutators.map((mutator) => [mutator.name, mutator]));
  return {
    mutators: byName,
    // Every command is still at its first version: there is nothing to lift.
    upcast: (name, v, args) => (byName.get(name)?.v === v ? args : undefined),
    withholds: withholdsCardData(byName),
    views,
    viewOf,
    dayOf: businessDay(options),
    leavesAtTurn,
    onSeen: receiptsOf,
  };
}
