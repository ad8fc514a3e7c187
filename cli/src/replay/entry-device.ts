// A waiter's device: keeps so many orders under way and gives for each the next command as soon as
// its rows and outcomes allow. All it needs to know after a restart stands in its storage.

import { lineKey, nextOrderNumber, orderKey } from '@pos-sync/shop';

import type { Ask, AskedLine } from './commands.ts';
import { type Device, shop } from './device.ts';
import { nextStep, type PlannedOrder, type Shown } from './plan.ts';
import type { Trace } from './traces.ts';

export interface EntryWork {
  readonly device: Device;
  readonly plan: readonly PlannedOrder[];
  readonly window: number;
  /** Notes each row when it is asked for. */
  readonly asked: Trace;
  finished(count: number): void;
  trouble(message: string): void;
}

/** An order that was refused so often is given up; the verdict will say what is missing. */
const rejectionsMax = 5;
const menuLookEveryMs = 20;

export interface Entry {
  /** So many orders of the plan may be begun in all. */
  allow(orders: number): void;
}

export function startEntry(work: EntryWork): Entry {
  const { client } = work.device;
  let isOpen = false;
  let allowed = 0;
  let begun = 0;
  let finished = 0;

  const begin = (): void => {
    while (isOpen && begun < allowed && begun - finished < work.window) {
      const next = work.plan[begun];
      if (next === undefined) return;
      begun += 1;
      followOrder(work, next, end);
    }
  };
  const end = (): void => {
    finished += 1;
    work.finished(finished);
    begin();
  };
  const items = new Set(work.plan.flatMap(({ lines }) => lines.map(({ item }) => item)));
  const whenMenuIsThere = (): void => {
    for (const item of items) if (client.get(`item/${item}`) !== undefined) items.delete(item);
    if (items.size > 0) setTimeout(whenMenuIsThere, menuLookEveryMs);
    else {
      isOpen = true;
      begin();
    }
  };
  whenMenuIsThere();
  return {
    allow(orders) {
      allowed = orders;
      begin();
    },
  };
}

function followOrder(work: EntryWork, planned: PlannedOrder, end: () => void): void {
  const { device, trouble } = work;
  const { client } = device;
  const { order } = planned;
  const given = new Set<string>();
  let rejections = 0;
  let isOver = false;
  let isStepping = false;
  const stops: (() => void)[] = [];

  const finish = (): void => {
    isOver = true;
    for (const stop of stops) stop();
    end();
  };
  /** False when it was given already: what is not shown yet is on its way, and once is enough. */
  const give = (ask: Ask): boolean => {
    const what = `${ask.name} ${String(ask.args['line'])}`;
    if (given.has(what)) return false;
    given.add(what);
    noteAsked(work.asked, ask);
    const { refused, accepted } = client.give(ask.name, ask.args);
    if (refused === undefined) {
      accepted.then(
        ({ outcome, message }) => {
          if (outcome === 'ok') return;
          rejections += 1;
          given.delete(what);
          trouble(`${ask.name} of ${order} was ${outcome}: ${message ?? ''}`);
        },
        (error: unknown) => trouble(`${ask.name} of ${order}: ${String(error)}`),
      );
      return true;
    }
    rejections = rejectionsMax;
    trouble(`${ask.name} of ${order} was refused: ${refused.message}`);
    return true;
  };
  const step = (): void => {
    if (isOver || isStepping) return;
    isStepping = true;
    for (;;) {
      const next = rejections < rejectionsMax ? nextStep(planned, shownBy(device)) : 'done';
      if (next === 'wait') break;
      if (next === 'done') {
        // Deferred: what called this must be done with the watches before they go.
        queueMicrotask(finish);
        return;
      }
      if (!give(next)) break;
    }
    isStepping = false;
  };
  stops.push(client.watch((reader) => reader.keys(order).map((key) => reader.get(key)), step));
  stops.push(client.watchStatus(order, step));
}

function shownBy({ client }: Device): Shown {
  return {
    body: (key) => client.get(key),
    isPending: (order) => client.status(order).onlyHere > 0,
    nextNumber() {
      const { device, letter } = client.identity;
      const day = shop.dayOf(client.hubTimeMs());
      return { letter, count: nextOrderNumber(client, device, day) };
    },
  };
}

/** The rows whose way to a display is measured: orders and their lines. */
function noteAsked(asked: Trace, { name, args }: Ask): void {
  const order = String(args['order']);
  if (name === 'order.open') asked.note(orderKey(order));
  const { line } = args as Partial<AskedLine>;
  if (line !== undefined) asked.note(lineKey(order, line));
}
