// The facts on which model and rows must agree: what the model says has to be under a key, and what a
// row says, in the same words. Labels, times and texts for people are no facts.

import { type Row, kindOf } from '@pos-sync/sync';
import type { LineRow, OrderRow, TicketRow } from '@pos-sync/shop';
import type { ModelTicket } from './model-ticket.ts';
import type { ShopModel } from './model.ts';

/** Kinds of rows that the model accounts for, one by one. */
const accounted = new Set(['item', 'order', 'line', 'payment', 'ticket', 'board']);

/** Key → fact, of one order and all that hangs on it. */
export function factsOfOrder(model: ShopModel, id: string): Map<string, string> {
  const facts = new Map<string, string>();
  const order = model.orders.get(id);
  if (order === undefined) return facts;
  const { label, openedBy, isClosed, receipt, rounds, totalMinor, paidMinor } = order;
  if (label !== undefined) {
    const state = isClosed ? 'closed' : 'open';
    facts.set(
      `order/${id}`,
      text([label, openedBy, state, receipt, rounds, totalMinor, paidMinor]),
    );
  }
  for (const [line, { item, version, unitMinor, quantity, state }] of order.lines) {
    facts.set(`line/${id}.${line}`, text([item, version, unitMinor, quantity, state]));
  }
  for (const [payment, { amountMinor, takenBy }] of order.payments) {
    facts.set(`payment/${id}.${payment}`, text([amountMinor, takenBy]));
  }
  for (const [station, ticket] of order.tickets) {
    facts.set(`ticket/${id}.${station}`, ticketFact(ticket, order.hasLeft));
  }
  const making = [...order.tickets.values()].filter(({ waiting }) => waiting.length > 0);
  if (making.length > 0) {
    const isReady = making.every(({ state }) => state === 'ready');
    facts.set(`board/${id}`, text([label, isReady ? 'ready' : 'preparing']));
  }
  for (const praise of order.praises) facts.set(`counter/praise-${praise}`, '');
  return facts;
}

export function factOfItem(model: ShopModel, id: string): string | undefined {
  const item = model.items.get(id);
  if (item === undefined) return undefined;
  const { name, station, version, prices } = item;
  return text([name, station, version, sorted([...prices].map(([v, p]) => [v, p.priceMinor]))]);
}

function ticketFact(ticket: ModelTicket, isLeft: boolean): string {
  const { round, state, startedRound, readyRound, bumpedRound, revision, receipts } = ticket;
  const marks = [startedRound, readyRound, bumpedRound];
  return text([round, state, marks, revision, ticket.waiting, isLeft ? [] : sorted(receipts)]);
}

/** The fact a row states, or undefined where the model knows nothing of such rows. */
export function factOf({ key, body }: Row, model: ShopModel): string | undefined {
  const kind = kindOf(key);
  if (key.startsWith('counter/praise-')) return '';
  if (!accounted.has(kind)) return undefined;
  switch (kind) {
    case 'order': {
      const row = body as unknown as OrderRow;
      const { number, openedBy, state, receipt, round, totalMinor, paidMinor } = row;
      return text([number, openedBy, state, receipt, round, totalMinor, paidMinor]);
    }
    case 'line': {
      const { item, version, unitMinor, quantity, state } = body as unknown as LineRow;
      return text([item, version, unitMinor, quantity, state]);
    }
    case 'ticket':
      return ticketRowFact(body as unknown as TicketRow, hasLeft(model, key));
    case 'payment':
      return text([body['amountMinor'], body['takenBy']]);
    case 'item': {
      const { name, station, version, versions } = body;
      const prices = Object.entries(versions as Record<string, { priceMinor: number }>);
      return text([name, station, version, sorted(prices.map(([v, p]) => [v, p.priceMinor]))]);
    }
    default:
      return text([body['number'], body['state']]);
  }
}

function ticketRowFact(row: TicketRow, isLeft: boolean): string {
  const { round, state, startedRound, readyRound, bumpedRound, revision, receipts } = row;
  const marks = [startedRound, readyRound, bumpedRound];
  const waiting = row.lines
    .filter((line) => line.round > bumpedRound && !line.voided)
    .map((line) => `${line.round} ${line.line} ${line.quantity}`)
    .toSorted();
  const shown = isLeft ? [] : sorted(Object.entries(receipts));
  return text([round, state, marks, revision.number, waiting, shown]);
}

function hasLeft(model: ShopModel, key: string): boolean {
  return model.orders.get(orderOf(key))?.hasLeft === true;
}

/** The order that a key of an order's rows belongs to. */
export function orderOf(key: string): string {
  const id = key.slice(key.indexOf('/') + 1);
  const dot = id.indexOf('.');
  return dot < 0 ? id : id.slice(0, dot);
}

function sorted(pairs: Iterable<readonly [string, number]>): string[] {
  return Array.from(pairs, ([name, value]) => `${name} ${value}`).toSorted();
}

function text(fact: readonly unknown[]): string {
  return JSON.stringify(fact);
}
