// What a file changes about the menu, and the commands that do it. What is not in the file stays.

import { canonicalJson } from '@pos-sync/sync';

import { nodeHash, nodeIds } from '../engine/node-ports.ts';
import { basisOf, type MenuItem, type PresentItem, type Shown } from './item.ts';

export interface Changes {
  /** Names the menu as it is. */
  readonly basis: string;
  readonly new: readonly MenuItem[];
  readonly changed: readonly {
    readonly item: string;
    readonly from: Shown;
    readonly to: Shown;
  }[];
  readonly unchanged: number;
  readonly notInFile: readonly MenuItem[];
}

/** `items` are of one file: none is there twice. */
export function changesOf(menu: readonly PresentItem[], items: readonly MenuItem[]): Changes {
  const present = new Map(menu.map(({ item }) => [item.item, item]));
  const inFile = new Set(items.map(({ item }) => item));
  const known = items.flatMap((to) => {
    const from = present.get(to.item);
    return from === undefined ? [] : [{ item: to.item, from: shownOf(from), to: shownOf(to) }];
  });
  const changed = known.filter(({ from, to }) => !isSame(from, to));
  return {
    basis: basisOf(menu),
    new: items.filter(({ item }) => !present.has(item)),
    changed,
    unchanged: known.length - changed.length,
    notInFile: [...present.values()].filter(({ item }) => !inFile.has(item)),
  };
}

export interface Put {
  readonly id: string;
  readonly args: MenuItem & { readonly version: string };
}

/**
 * The commands in the order of the file. Their ids say by whom, for the log, and are made anew each
 * time: what was refused once is decided afresh when the file comes again.
 */
export function putsOf(menu: readonly PresentItem[], changes: Changes, by: string): Put[] {
  const present = new Map(menu.map((one) => [one.item.item, one]));
  const wanted = [...changes.new, ...changes.changed.map(({ item, to }) => ({ item, ...to }))];
  return wanted.map((item) => {
    const before = present.get(item.item);
    const args = { ...item, version: versionOf(item, before) };
    return { id: `menu:${by.slice(0, 26)}:${nodeIds.next()}`, args };
  });
}

/** A price is named by itself, so that the same one has the same name whoever brings it. */
function versionOf(item: MenuItem, before: PresentItem | undefined): string {
  if (before !== undefined && isSame(priceOf(before.item), priceOf(item))) return before.version;
  return `p-${nodeHash.sha256(canonicalJson(priceOf(item))).slice(0, 24)}`;
}

function priceOf({ priceMinor, choices }: Shown): Pick<Shown, 'priceMinor' | 'choices'> {
  return { priceMinor, choices };
}

function shownOf({ name, station, priceMinor, choices }: Shown): Shown {
  return { name, station, priceMinor, choices };
}

function isSame(one: Partial<Shown>, other: Partial<Shown>): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
