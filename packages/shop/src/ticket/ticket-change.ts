// How a bill's changes alter what the kitchen has on its screen. Pure: ticket in, ticket out.

import type { Situation } from '@pos-sync/sync';
import { stateOf, type TicketLine, type TicketRow } from './ticket-row.ts';

export type NewLine = Omit<TicketLine, 'round' | 'voided'>;

/** `finished`: the kitchen had already bumped (part of) what was taken away. */
export interface TakenAway {
  readonly ticket: TicketRow;
  readonly finished: boolean;
}

/** The ticket with a new round of `added`; what is not bumped yet stays on it. */
export function withRound(
  ticket: TicketRow | undefined,
  heading: Pick<TicketRow, 'number' | 'station'>,
  added: readonly NewLine[],
  situation: Situation,
): TicketRow {
  const round = (ticket?.round ?? 0) + 1;
  const bumpedRound = ticket?.bumpedRound ?? 0;
  const waiting = ticket?.lines.filter((line) => line.round > bumpedRound) ?? [];
  return {
    ...heading,
    round,
    state: 'queued',
    startedRound: ticket?.startedRound ?? 0,
    readyRound: ticket?.readyRound ?? 0,
    bumpedRound,
    sentMs: situation.hubTimeMs,
    lines: [...waiting, ...added.map((line) => ({ ...line, round, voided: false }))],
    revision: nextRevision(ticket, situation),
    receipts: ticket?.receipts ?? {},
  };
}

/** The ticket with `count` fewer of a line: the newest round gives first. */
export function withLess(
  ticket: TicketRow,
  line: string,
  count: number,
  situation: Situation,
): TakenAway {
  const lines = [...ticket.lines];
  let left = count;
  let finished = false;
  for (let index = lines.length - 1; index >= 0 && left > 0; index -= 1) {
    const entry = lines[index];
    if (entry === undefined || entry.line !== line || entry.voided) continue;
    const taken = Math.min(left, entry.quantity);
    left -= taken;
    if (entry.round <= ticket.bumpedRound) finished = true;
    lines[index] =
      taken === entry.quantity
        ? { ...entry, voided: true }
        : { ...entry, quantity: entry.quantity - taken };
  }
  return {
    ticket: { ...ticket, lines, revision: nextRevision(ticket, situation) },
    // What is on the ticket no more was bumped before the last send.
    finished: finished || left > 0,
  };
}

/** The ticket after a mark on everything up to a round; the same object if nothing changed. */
export function withMark(
  ticket: TicketRow,
  mark: 'started' | 'ready' | 'bumped',
  roundSeen: number,
): TicketRow {
  const round = Math.min(roundSeen, ticket.round);
  const startedRound = Math.max(ticket.startedRound, round);
  const readyRound = mark === 'started' ? ticket.readyRound : Math.max(ticket.readyRound, round);
  const bumpedRound = mark === 'bumped' ? Math.max(ticket.bumpedRound, round) : ticket.bumpedRound;
  const unchanged =
    startedRound === ticket.startedRound &&
    readyRound === ticket.readyRound &&
    bumpedRound === ticket.bumpedRound;
  if (unchanged) return ticket;
  const marked = { ...ticket, startedRound, readyRound, bumpedRound };
  return { ...marked, state: stateOf(marked) };
}

function nextRevision(ticket: TicketRow | undefined, situation: Situation): TicketRow['revision'] {
  return { number: (ticket?.revision.number ?? 0) + 1, seq: situation.stand?.seq ?? 0 };
}
