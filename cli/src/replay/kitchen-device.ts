// The kitchen's device: starts, finishes and bumps every ticket as soon as the hub has told of it,
// and says what it has drawn, so that waiters see that the kitchen has the ticket.

import { ticketKey, type TicketRow } from '@pos-sync/shop';

import { ask } from './commands.ts';
import type { Device } from './device.ts';

export interface Kitchen {
  /** Rows under these keys are new or different. */
  rowsCame(keys: readonly string[]): void;
}

const drawnEveryMs = 250;
const marks = ['start', 'ready', 'bump'] as const;
const prefix = ticketKey('');

/** What is made at stations that begin otherwise is for other people to make. */
export function startKitchen(
  { client }: Device,
  stationPrefix: string,
  trouble: (message: string) => void,
): Kitchen {
  const stations = new Set<string>();
  let isDrawn = true;

  const serve = (key: string): void => {
    if (!key.startsWith(prefix)) return;
    const ticket = client.get(key) as TicketRow | undefined;
    if (ticket?.station.startsWith(stationPrefix) !== true) return;
    isDrawn = false;
    stations.add(ticket.station);
    if (ticket.state === 'bumped') return;
    for (const mark of marks) {
      const { name, args } = ask.markTicket(mark, key.slice(prefix.length), ticket.round);
      const { refused } = client.give(name, args);
      if (refused !== undefined) trouble(`${name} of ${key} was refused: ${refused.message}`);
    }
  };
  for (const { key } of client.rows()) serve(key);
  setInterval(() => {
    if (isDrawn) return;
    isDrawn = true;
    client.drawn([...stations]);
  }, drawnEveryMs).unref();
  return {
    rowsCame(keys) {
      for (const key of keys) serve(key);
    },
  };
}
