// The database of a hub that runs, as it answers for each order over HTTP: its file is not opened.

import { lineKey, orderKey, type OrderRow, paymentKey, ticketKey } from '@pos-sync/shop';

import { refusalOf } from '../hub-door.ts';
import type { Ask } from './manager.ts';
import type { Row } from './row-hash.ts';
import type { Database, Holder } from './verdict.ts';

/**
 * The hub's own word: what lies in its database for each order, and `told`, what it
 * told a new device.
 */
export async function askDatabase(
  ask: Ask,
  ids: readonly string[],
  told: Holder,
): Promise<Database> {
  const shown = new Set(told.rows.map(({ key }) => key));
  // By the hub's clock and its shop's: whoever replays may be a machine elsewhere.
  const { day: today } = (await ask('GET', '/hub')) as { readonly day: string };
  const rows: Row[] = [];
  const archived: Row[] = [];
  for (const id of ids) {
    const found = await storedRows(ask, id);
    const { closedDay } = (found[0]?.body ?? {}) as Partial<OrderRow>;
    // What was closed before the last turn left the devices.
    const isPast = !shown.has(orderKey(id)) && typeof closedDay === 'string' && closedDay < today;
    (isPast ? archived : rows).push(...found);
  }
  const { epoch } = told;
  return { name: 'the database', seq: undefined, epoch, rows, archived, told };
}

interface Stored {
  readonly order: Row['body'] | null;
  readonly lines: readonly (Row['body'] & { readonly line: string })[];
  readonly tickets: readonly (Row['body'] & { readonly ticket: string })[];
  readonly payments: readonly (Row['body'] & { readonly payment: string })[];
}

/** As the hub keeps them; the order first. */
async function storedRows(ask: Ask, id: string): Promise<Row[]> {
  try {
    const { order, lines, tickets, payments } = (await ask('GET', `/orders/${id}`)) as Stored;
    const row = (key: string, body: Row['body']): Row => ({ key, subject: id, seq: 0, body });
    return [
      ...(order === null ? [] : [row(orderKey(id), order)]),
      ...lines.map((line) => row(lineKey(id, line.line), line)),
      ...tickets.map((ticket) => row(ticketKey(ticket.ticket), ticket)),
      ...payments.map((payment) => row(paymentKey(id, payment.payment), payment)),
    ];
  } catch (error) {
    if (refusalOf(error) === 'UNKNOWN_ORDER') return [];
    throw error;
  }
}
