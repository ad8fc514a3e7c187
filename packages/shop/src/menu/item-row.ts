// One thing that can be ordered. Every price it ever had stays with it under a version, because a
// tablet that was away for an hour sells at the price that was on its screen.

import type { Rows } from '@pos-sync/sync';

export type Choice = { readonly name: string; readonly priceMinor: number };

export type PriceVersion = {
  readonly priceMinor: number;
  /** By choice id; a choice's price comes on top of the item's. */
  readonly choices: { readonly [choice: string]: Choice };
};

export type ItemRow = {
  readonly name: string;
  /** Where it is made; null when nothing has to be made. */
  readonly station: string | null;
  /** The version that screens show now. */
  readonly version: string;
  readonly versions: { readonly [version: string]: PriceVersion };
  /** Where the command that set the present name, station and version stands in history. */
  readonly setAt: { readonly epoch: number; readonly seq: number } | null;
};

/** What one of an item costs and how its choices are called. */
export interface Offer {
  readonly unitMinor: number;
  readonly choices: readonly string[];
}

export const menuSubject = 'menu';

export function itemKey(item: string): string {
  return `item/${item}`;
}

export function getItem(rows: Pick<Rows, 'get'>, item: string): ItemRow | undefined {
  return rows.get(itemKey(item)) as ItemRow | undefined;
}

/** Undefined when the item never had that version, or the version not one of those choices. */
export function offerOf(
  item: ItemRow,
  version: string,
  choices: readonly string[],
): Offer | undefined {
  const price = Object.hasOwn(item.versions, version) ? item.versions[version] : undefined;
  if (price === undefined) return undefined;
  const names: string[] = [];
  let unitMinor = price.priceMinor;
  for (const id of choices) {
    const choice = Object.hasOwn(price.choices, id) ? price.choices[id] : undefined;
    if (choice === undefined) return undefined;
    names.push(choice.name);
    unitMinor += choice.priceMinor;
  }
  return { unitMinor, choices: names };
}
