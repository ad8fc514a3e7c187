// The menu as files have it: of each item what screens show now, without the prices it had before.

import { type Choice, itemKey, type ItemRow } from '@pos-sync/shop';
import { canonicalJson, kindOf, type RunningHub } from '@pos-sync/sync';

import { nodeHash } from '../engine/node-ports.ts';

/** What an item has in a file, in this order. */
export const columns = ['item', 'name', 'station', 'priceMinor', 'choices'] as const;
export type Column = (typeof columns)[number];

/** What can be changed of an item. */
export type Shown = {
  readonly name: string;
  /** Where it is made; null when nothing has to be made. */
  readonly station: string | null;
  readonly priceMinor: number;
  /** By choice id; a choice's price comes on top of the item's. */
  readonly choices: { readonly [choice: string]: Choice };
};

export type MenuItem = { readonly item: string } & Shown;

/** An item as the hub has it. */
export interface PresentItem {
  readonly item: MenuItem;
  /** Of the price that screens show. */
  readonly version: string;
  /** The newest command that changed it. */
  readonly seq: number;
}

const menuSubject = 'menu';

/** By id, so that the same menu is always the same file. */
export function presentMenu(rows: RunningHub['status']['rows']): PresentItem[] {
  const found = [...rows.keysOf(menuSubject)].filter((key) => kindOf(key) === 'item').toSorted();
  return found.flatMap((key) => {
    const { seq, body } = rows.find(key)!;
    const { name, station, version, versions } = body as unknown as ItemRow;
    const price = versions[version];
    if (price === undefined) return [];
    const { priceMinor, choices } = price;
    const item = { item: key.slice(itemKey('').length), name, station, priceMinor, choices };
    return [{ item, version, seq }];
  });
}

/** Names a menu by all that files have of it. */
export function basisOf(menu: readonly PresentItem[]): string {
  return nodeHash.sha256(canonicalJson(menu.map(({ item }) => item)));
}
