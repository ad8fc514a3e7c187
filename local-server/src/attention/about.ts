// Who asked, on which order, and what: for people, where the rows of attention hold ids alone.

import { setImmediate as letOthersGoFirst } from 'node:timers/promises';

import {
  type ItemRow,
  itemKey,
  lineKey,
  type LineRow,
  orderKey,
  type OrderRow,
} from '@pos-sync/shop';
import type { JsonObject, RunningHub } from '@pos-sync/sync';

import { type Who, whoIs } from '../devices/who.ts';
import { type CommittedStore, orderOf, readCommand } from '../history/command-log.ts';
import { type OrderRows, readOrders } from '../history/rows.ts';
import { numberIn, wordsFor } from './words.ts';

export interface Lists {
  readonly store: CommittedStore;
  readonly running: Pick<RunningHub, 'status' | 'findDevice'>;
}

export type CommittedRows = RunningHub['status']['rows'];

export interface About {
  readonly by: Who;
  readonly order?: { readonly order: string; readonly number: string | null };
  readonly asked?: string;
  readonly askedMs?: number;
}

const readTogether = 8;

/** For each of a page of rows that name a `device` and the `id` of its command. */
export async function aboutCommands(
  { store, running }: Lists,
  page: readonly { readonly body: JsonObject }[],
): Promise<(body: JsonObject) => About> {
  const { rows } = running.status;
  const ids = page.flatMap(({ body: { id } }) => (typeof id === 'string' ? [id] : []));
  const openers = page.flatMap(({ body }) => waitingOpeners(rows, body['subject'] as string));
  const { entries } = store.find({ ids: [...new Set([...ids, ...openers])] });
  const commands = entries.flatMap((entry) => readCommand(entry) ?? []);
  const byId = new Map(commands.map((command) => [command.id, command]));
  const subjects = new Set(commands.flatMap((command) => orderOf(command) ?? []));
  const past = [...subjects].filter((order) => rows.find(orderKey(order)) === undefined);
  const archived = await readArchived(store, past);
  const asked = commands.filter(({ name }) => name === 'order.open');
  const numbers = new Map(asked.map((command) => [orderOf(command), numberIn(command.args)]));

  const bodyOf = (key: string): unknown => rows.find(key)?.body;
  const numberOf = (order: string): string | null => {
    const row = (bodyOf(orderKey(order)) as OrderRow | undefined) ?? archived.get(order)?.order;
    return row?.number ?? numbers.get(order) ?? null;
  };
  const nameOf = (order: string, line: string): string | undefined => {
    const row = bodyOf(lineKey(order, line)) as LineRow | undefined;
    return (row ?? archived.get(order)?.lines.find((one) => one.line === line))?.name;
  };
  return (body) => {
    const { device, id = '' } = body as { readonly device: string; readonly id?: string };
    const by = whoIs(running, device);
    const command = byId.get(id);
    if (command === undefined) return { by };
    const order = orderOf(command);
    const words = wordsFor(command, {
      nameOf: (line) => (order === undefined ? undefined : nameOf(order, line)),
      findItem: (item) => bodyOf(itemKey(item)) as ItemRow | undefined,
    });
    const number = order !== undefined && { order: { order, number: numberOf(order) } };
    return { by, ...number, asked: words, askedMs: command.decision.hubTimeMs };
  };
}

/** What would open the order that later commands are about: it has their number. */
function waitingOpeners(rows: CommittedRows, subject: string): readonly string[] {
  const waiting = [...rows.keysOf(subject)].filter((key) => key.startsWith('deferred/'));
  return waiting.flatMap((key) => {
    const { id, name } = (rows.find(key)?.body ?? {}) as { id?: string; name?: string };
    return id !== undefined && name === 'order.open' ? [id] : [];
  });
}

/** A few at a time: orders that are being taken do not wait for it. */
async function readArchived(
  store: CommittedStore,
  orders: readonly string[],
): Promise<ReadonlyMap<string, OrderRows>> {
  const found = new Map<string, OrderRows>();
  for (let from = 0; from < orders.length; from += readTogether) {
    const some = readOrders(store, orders.slice(from, from + readTogether));
    for (const order of some) found.set(order.id, order);
    await letOthersGoFirst();
  }
  return found;
}
