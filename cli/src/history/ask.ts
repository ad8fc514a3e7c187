// What the running hub says of the past, page after page until there is enough.

import { type HubDoor, askHub } from '../hub-door.ts';

export interface ListedOrder {
  readonly order: string;
  readonly number: string;
  readonly state: string;
  readonly totalMinor: number;
  readonly paidMinor: number;
  readonly openedDay: string;
  readonly openedMs: number;
  readonly openedBy: string;
  readonly receipt: number | null;
}

export interface OrderView {
  readonly order: ListedOrder | null;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly tickets: readonly Readonly<Record<string, unknown>>[];
  readonly payments: readonly Readonly<Record<string, unknown>>[];
}

export interface Who {
  readonly device: string;
  readonly name: string;
  readonly letter?: string;
}

export interface LoggedCommand {
  readonly seq: number;
  readonly by: Who;
  readonly name: string;
  readonly args: object;
  readonly withheld?: { readonly field: string };
  readonly hubTimeMs: number;
  readonly outcome: string;
  readonly message?: string;
  readonly code?: string;
  readonly repeats?: boolean;
  readonly settled?: { readonly outcome: string };
}

export interface OrderHistory {
  readonly order: string;
  readonly commands: readonly LoggedCommand[];
  readonly receipts: readonly {
    readonly station: string;
    readonly revision: number;
    readonly screen: Who;
    readonly hubTimeMs: number;
  }[];
}

export type Page<Field extends string, Item> = { readonly [field in Field]: readonly Item[] } & {
  readonly next?: number;
};

export interface OrdersWanted {
  readonly day?: string;
  readonly number?: string;
  readonly device?: string;
  readonly limit: number;
}

const pageMax = 200;
const longMs = 120_000;

export async function readOrders(
  door: HubDoor,
  wanted: OrdersWanted,
): Promise<Page<'orders', ListedOrder>> {
  const { limit, ...which } = wanted;
  return paged<'orders', ListedOrder>(door, '/orders', 'orders', limit, which);
}

export async function readOrder(door: HubDoor, order: string): Promise<OrderView> {
  return (await askHub(door, 'GET', `/orders/${encodeURIComponent(order)}`)) as OrderView;
}

export async function readHistory(door: HubDoor, order: string): Promise<OrderHistory> {
  const path = `/orders/${encodeURIComponent(order)}/history`;
  let after: number | undefined;
  const found: OrderHistory[] = [];
  do {
    const query = after === undefined ? '' : `?after=${after}`;
    const page = (await askHub(door, 'GET', path + query)) as OrderHistory & { next?: number };
    found.push(page);
    after = page.next;
  } while (after !== undefined);
  return {
    order,
    commands: found.flatMap(({ commands }) => commands),
    receipts: found.flatMap(({ receipts }) => receipts),
  };
}

export async function readDay<Day>(door: HubDoor, day: string): Promise<Day> {
  return (await askHub(door, 'GET', `/days/${day}/export`, undefined, longMs)) as Day;
}

/** The id of the order that a person means: the newest of that number, or what was typed itself. */
export async function findOrder(door: HubDoor, typed: string): Promise<string> {
  if (!/^[A-Za-z]{1,3}\d{1,6}$/.test(typed)) return typed;
  const { orders } = await readOrders(door, { number: typed.toUpperCase(), limit: 1 });
  return orders[0]?.order ?? typed;
}

/** At most `limit` of a list, page after page. */
export async function paged<Field extends string, Item>(
  door: HubDoor,
  path: string,
  field: Field,
  limit: number,
  which: Readonly<Record<string, string>> = {},
): Promise<Page<Field, Item>> {
  const items: Item[] = [];
  let next: number | undefined;
  do {
    const wanted = new URLSearchParams(which);
    wanted.set('limit', String(Math.min(pageMax, limit - items.length)));
    if (next !== undefined) wanted.set('after', String(next));
    const page = (await askHub(door, 'GET', `${path}?${wanted.toString()}`)) as Page<Field, Item>;
    items.push(...page[field]);
    next = page.next;
  } while (next !== undefined && items.length < limit);
  return { [field]: items, ...(next !== undefined && { next }) } as Page<Field, Item>;
}
