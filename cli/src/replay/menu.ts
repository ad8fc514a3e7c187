// The menu a file of orders was ordered from. A file names no menu, so each name with its price is
// taken for an item of its own, and every choice that was ever made with it for one that costs
// nothing.

import type { Order, OrderLine } from '../orders/order.ts';

export const menuVersion = 'v1';
const stations = ['grill', 'cold', 'bar'];
/** An item's command must fit into 32 KiB: past so many choices another item takes the next ones. */
const choicesPerItemMax = 96;

export interface MenuItem {
  readonly item: string;
  readonly name: string;
  readonly station: string;
  readonly priceMinor: number;
  /** Name → id. */
  readonly choices: ReadonlyMap<string, string>;
}

export interface Menu {
  readonly items: readonly MenuItem[];
  /** The item `line` is sold as. Throws for a line of another file. */
  itemOf(line: OrderLine): MenuItem;
}

interface GrowingItem extends MenuItem {
  readonly choices: Map<string, string>;
}

/** `prefix` keeps items and stations apart from those of a shop that has a menu already. */
export function menuOf(orders: readonly Order[], prefix = ''): Menu {
  const byOffer = new Map<string, GrowingItem[]>();
  const items: GrowingItem[] = [];
  for (const line of orders.flatMap((order) => order.lines)) {
    const offer = offerKey(line);
    const alike = byOffer.get(offer) ?? [];
    byOffer.set(offer, alike);
    let item = alike.find((one) => hasRoom(one, line));
    if (item === undefined) {
      item = newItem(items.length, line, prefix);
      items.push(item);
      alike.push(item);
    }
    for (const name of line.choices) {
      if (!item.choices.has(name)) item.choices.set(name, `c${item.choices.size + 1}`);
    }
  }
  return {
    items,
    itemOf(line) {
      const alike = byOffer.get(offerKey(line)) ?? [];
      const item = alike.find((one) => line.choices.every((name) => one.choices.has(name)));
      if (item === undefined) throw new Error(`${line.name} is not on the menu`);
      return item;
    },
  };
}

function newItem(index: number, { name, unitMinor }: OrderLine, prefix: string): GrowingItem {
  const station = prefix + (stations[index % stations.length] ?? 'grill');
  const item = `${prefix}i${index + 1}`;
  return { item, name, station, priceMinor: unitMinor, choices: new Map() };
}

function hasRoom({ choices }: MenuItem, line: OrderLine): boolean {
  const more = new Set(line.choices.filter((name) => !choices.has(name)));
  return choices.size + more.size <= choicesPerItemMax;
}

function offerKey({ name, unitMinor }: OrderLine): string {
  return `${unitMinor} ${name}`;
}
