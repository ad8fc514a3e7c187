// Everything that was ever asked of one order, in the order in which the hub decided it: who asked,
// when, what came of it, and when each station had it on its screen.

import type { LogEntry, Settlement } from '@pos-sync/sync';

import {
  type CommittedStore,
  decidedOn,
  forwards,
  type LoggedCommand,
  orderOf,
  readCommand,
  readsMax,
  type Stretch,
} from './command-log.ts';
import type { Who } from '../devices/who.ts';
import { dayAfter, type Present, stretchOf } from './days.ts';
import { readOrders } from './rows.ts';

export interface Receipt {
  readonly station: string;
  readonly revision: number;
  readonly screen: Who;
  readonly hubTimeMs: number;
}

export interface OrderHistory {
  readonly order: string;
  readonly commands: readonly object[];
  readonly receipts: readonly Receipt[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
}

/** How far around its own days an order is looked for: what came early, and what came late. */
const aroundDays = 7;

/** Undefined where the hub has no row of it. */
export async function readHistory(
  store: CommittedStore,
  present: Present,
  whoIs: (device: string) => Who,
  { order, after }: { readonly order: string; readonly after?: number },
): Promise<OrderHistory | undefined> {
  const all = stretchAround(store, present, order);
  if (all === undefined) return undefined;
  const from = Math.max(all.after, after ?? 0);
  const upTo = Math.min(all.upTo, from + readsMax);
  const found: LoggedCommand[] = [];
  const ids = new Set<string>();
  for await (const entries of forwards(store, { after: from, upTo })) {
    for (const entry of entries) {
      const command = commandOn(order, ids, entry);
      if (command === undefined) continue;
      ids.add(command.id);
      found.push(command);
    }
  }
  const settled = store.find({ ids: [...ids] }).settled;
  const settledById = new Map(settled.map((settlement) => [settlement.id, settlement]));
  return {
    order,
    commands: found.map((command) => shownOf(command, whoIs, settledById.get(command.id))),
    receipts: found.flatMap((command) => receiptOf(command, whoIs)),
    ...(upTo < all.upTo && { next: upTo }),
  };
}

function stretchAround(store: CommittedStore, present: Present, id: string): Stretch | undefined {
  const [rows] = readOrders(store, [id]);
  if (rows === undefined) return undefined;
  const [changed] = store.history(rows.seq - 1, 1);
  const lastDay = changed && (JSON.parse(changed.decision) as { day: string }).day;
  const firstDay = rows.order?.openedDay ?? rows.payments[0]?.day;
  if (lastDay === undefined || firstDay === undefined) return { after: 0, upTo: present.seq };
  return stretchOf(store, present, dayAfter(firstDay, -aroundDays), dayAfter(lastDay, aroundDays));
}

/** Also a person's word about a command that had to wait. */
function commandOn(order: string, ids: ReadonlySet<string>, entry: LogEntry) {
  const { body } = entry;
  if (!body.includes(order) && !body.includes('"deferred.decide"')) return undefined;
  const command = readCommand(entry);
  if (command === undefined) return undefined;
  const decided = decidedOn(command);
  if (decided !== undefined) return ids.has(decided) ? command : undefined;
  return orderOf(command) === order ? command : undefined;
}

function shownOf(
  command: LoggedCommand,
  whoIs: (device: string) => Who,
  settlement: Settlement | undefined,
): object {
  const { seq, device, n, id, name, args, madeAt, withheld, answered, decision } = command;
  return {
    seq,
    by: whoIs(device),
    n,
    id,
    name,
    args,
    ...(withheld && { withheld: { code: withheld.code, field: withheld.field } }),
    madeAtMs: madeAt,
    ...(answered !== undefined && { offeredAgain: true }),
    ...decision,
    ...(settlement && {
      settled: { seq: settlement.seq, ...(JSON.parse(settlement.decision) as object) },
    }),
  };
}

function receiptOf({ name, args, decision }: LoggedCommand, whoIs: (device: string) => Who) {
  if (name !== 'ticket.receipt' || decision.outcome !== 'ok') return [];
  const { station, revision, device } = args as unknown as Receipt & { readonly device: string };
  return [{ station, revision, screen: whoIs(device), hubTimeMs: decision.hubTimeMs }];
}
