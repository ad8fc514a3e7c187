// What one station makes for one order. Every send, and every "one more" after it, opens a round;
// start, ready and bump name the round the cook was looking at. So a bump can never take away food
// that was ordered while the bump was under way, and one that comes twice or late does no harm.

import type { Rows } from '@pos-sync/sync';

export type TicketLine = {
  readonly line: string;
  readonly name: string;
  readonly quantity: number;
  readonly choices: readonly string[];
  readonly note: string | null;
  /** The round it was sent in. A line sent again with more stands once per round. */
  readonly round: number;
  readonly voided: boolean;
};

export type TicketState = 'queued' | 'started' | 'ready' | 'bumped';

export type TicketRow = {
  /** The order's number. */
  readonly number: string;
  readonly station: string;
  /** The newest round. */
  readonly round: number;
  /** How far the newest round is; within a round it only goes forward. */
  readonly state: TicketState;
  /** The newest round that was started, made ready, bumped; 0 for none. They only rise. */
  readonly startedRound: number;
  readonly readyRound: number;
  readonly bumpedRound: number;
  /** When the newest round was sent: hub time in ms, a label. */
  readonly sentMs: number;
  /** Lines up to `bumpedRound` are done; the next send drops them. */
  readonly lines: readonly TicketLine[];
  /** Raised by send, line change and void only; `seq` is where that stands in history. */
  readonly revision: { readonly number: number; readonly seq: number };
  /** Device of the station → the newest revision it showed to the cook. */
  readonly receipts: { readonly [device: string]: number };
};

/** `ticket` is `<order>.<station>`. */
export function ticketKey(ticket: string): string {
  return `ticket/${ticket}`;
}

export function ticketIdOf(order: string, station: string): string {
  return `${order}.${station}`;
}

/** The order a ticket belongs to: what stands before the dot. */
export function orderOfTicket(ticket: string): string {
  return ticket.slice(0, ticket.indexOf('.'));
}

export function getTicket(rows: Pick<Rows, 'get'>, ticket: string): TicketRow | undefined {
  return rows.get(ticketKey(ticket)) as TicketRow | undefined;
}

export function stateOf(ticket: Omit<TicketRow, 'state'>): TicketState {
  if (ticket.bumpedRound >= ticket.round) return 'bumped';
  if (ticket.readyRound >= ticket.round) return 'ready';
  return ticket.startedRound >= ticket.round ? 'started' : 'queued';
}

/** Whether the station still has something to make or to hand over. */
export function isWaiting(ticket: TicketRow): boolean {
  return ticket.lines.some((line) => line.round > ticket.bumpedRound && !line.voided);
}
