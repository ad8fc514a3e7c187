// Carries a change of the bill to the tickets and to what the guests see, as part of the command
// that made it: bill and kitchen never disagree.

import type { Rows, Situation } from '@pos-sync/sync';
import { refreshBoard } from '../board/board-row.ts';
import type { LineRow } from '../order/line-row.ts';
import { type NewLine, type TakenAway, withLess, withRound } from './ticket-change.ts';
import { getTicket, ticketIdOf, ticketKey, type TicketRow } from './ticket-row.ts';

/** The parts of a line that a ticket repeats. */
type MadeLine = Pick<LineRow, 'name' | 'station' | 'quantity' | 'choices' | 'note'>;

export interface SentLine {
  readonly line: string;
  readonly row: MadeLine;
}

/** A line that was sent before, and the order it is on. */
export interface ToldLine extends SentLine {
  readonly order: string;
  readonly number: string;
}

/** One new round on the ticket of each station that has something to make. */
export function tellKitchenSent(
  rows: Rows,
  { order, number }: { readonly order: string; readonly number: string },
  sent: readonly SentLine[],
  situation: Situation,
): void {
  for (const [station, added] of byStation(sent)) {
    const before = getTicket(rows, ticketIdOf(order, station));
    putTicket(rows, order, withRound(before, { number, station }, added, situation));
  }
  refreshBoard(rows, order);
}

/** What is more of a line is made in a round of its own. */
export function tellKitchenMore(
  rows: Rows,
  { order, number, line, row }: ToldLine,
  count: number,
  situation: Situation,
): void {
  const more = { ...row, quantity: count };
  tellKitchenSent(rows, { order, number }, [{ line, row: more }], situation);
}

export function tellKitchenLess(
  rows: Rows,
  told: ToldLine,
  count: number,
  situation: Situation,
): void {
  const taken = takeAway(rows, told, count, situation);
  if (taken?.finished === true) {
    rows.flag(
      'CHANGED_AFTER_BUMP',
      `${told.row.name} on ${told.number} was made fewer after the kitchen had finished it.`,
    );
  }
}

export function tellKitchenVoid(rows: Rows, told: ToldLine, situation: Situation): void {
  const taken = takeAway(rows, told, told.row.quantity, situation);
  if (taken?.finished === true) {
    rows.flag(
      'VOIDED_AFTER_BUMP',
      `${told.row.name} on ${told.number} was voided after the kitchen had finished it.`,
    );
  }
}

function takeAway(
  rows: Rows,
  { order, line, row }: ToldLine,
  count: number,
  situation: Situation,
): TakenAway | undefined {
  if (row.station === null) return undefined;
  const ticket = getTicket(rows, ticketIdOf(order, row.station));
  if (ticket === undefined) return undefined;
  const taken = withLess(ticket, line, count, situation);
  putTicket(rows, order, taken.ticket);
  refreshBoard(rows, order);
  return taken;
}

export function putTicket(rows: Rows, order: string, ticket: TicketRow): void {
  rows.put(ticketKey(ticketIdOf(order, ticket.station)), order, ticket);
}

function byStation(sent: readonly SentLine[]): ReadonlyMap<string, readonly NewLine[]> {
  const stations = new Map<string, NewLine[]>();
  for (const { line, row } of sent) {
    if (row.station === null) continue;
    const { name, quantity, choices, note } = row;
    const added = { line, name, quantity, choices, note };
    const lines = stations.get(row.station);
    if (lines === undefined) stations.set(row.station, [added]);
    else lines.push(added);
  }
  return stations;
}
