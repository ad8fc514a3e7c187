// Turns "this screen has drawn everything up to seq" into receipts of the tickets it showed.

import type { HubCommand, Row, Seen } from '@pos-sync/sync';
import { ticketKey, type TicketRow } from './ticket-row.ts';

const idLengthMax = 64;
const ticketPrefix = ticketKey('');

/**
 * The receipts that `seen` makes true, each once. A ticket counts as shown when its whole row was
 * drawn: the row's own seq is never below that of its revision, and unlike that one it is always of
 * the present epoch, also when the command that raised the revision was offered again.
 */
export function receiptsOf(seen: Seen, rows: Iterable<Row>): readonly HubCommand[] {
  const commands: HubCommand[] = [];
  if (seen.stations.length === 0) return commands;
  for (const row of rows) {
    if (row.seq > seen.seq || !row.key.startsWith(ticketPrefix)) continue;
    const ticket = row.body as TicketRow;
    if (!seen.stations.includes(ticket.station)) continue;
    const revision = ticket.revision.number;
    const { receipts, station } = ticket;
    if (Object.hasOwn(receipts, seen.device) && receipts[seen.device] === revision) continue;
    const id = row.key.slice(ticketPrefix.length);
    commands.push({
      id: receiptId(id, revision, seen.device),
      name: 'ticket.receipt',
      args: { ticket: id, revision, device: seen.device, station },
    });
  }
  return commands;
}

/**
 * `seen:<ticket>:<revision>:<device>`, so that seeing it twice is once. Where that is longer than
 * an id may be, ticket and device are replaced by a 106-bit hash of both.
 */
function receiptId(ticket: string, revision: number, device: string): string {
  const id = `seen:${ticket}:${revision}:${device}`;
  if (id.length <= idLengthMax) return id;
  const whole = `${ticket} ${device}`;
  return `seen:${shortHash(whole, 0)}${shortHash(whole, 1)}:${revision}`;
}

/** cyrb53, a public-domain hash by bryc: 53 bits that scatter well and guard no secret. */
function shortHash(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const value = 4294967296 * (2097151 & low) + (high >>> 0);
  return value.toString(16).padStart(14, '0');
}
