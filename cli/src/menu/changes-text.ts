// What a file changes about the menu, as a person reads it in a terminal. Amounts are minor units, as
// everywhere: the hub knows no currency.

import { choicesText, type MenuChanges, type MenuItem } from '@pos-sync/local-server';

import { columns } from '../devices/table.ts';

type Shown = Omit<MenuItem, 'item'>;

export function changesText({ new: added, changed, unchanged, notInFile }: MenuChanges): string {
  const differences = changed.flatMap(({ item, from, to }) => {
    const [before, after] = [cellsOf(from), cellsOf(to)];
    return headings.flatMap((what, at) =>
      before[at] === after[at] ? [] : [[item, what, before[at] ?? '', after[at] ?? '']],
    );
  });
  return [
    ...part(
      'New:',
      ['item', ...headings],
      added.map((item) => [item.item, ...cellsOf(item)]),
    ),
    ...part('Changed:', ['item', 'what', 'is', 'becomes'], differences),
    added.length + changed.length === 0
      ? 'This file changes nothing.'
      : `${added.length} new, ${changed.length} changed.`,
    `${unchanged} in the file are on the menu just so; ${notInFile.length} on the menu are not in the file and stay.`,
  ].join('\n');
}

const headings = ['name', 'station', 'price', 'choices'];

/** Choices have no order: where they stand otherwise, nothing is different. */
function cellsOf({ name, station, priceMinor, choices }: Shown): string[] {
  const inOrder = Object.entries(choices).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [name, station ?? '', String(priceMinor), choicesText(Object.fromEntries(inOrder))];
}

function part(
  title: string,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return rows.length === 0 ? [] : [title, ...columns([heading, ...rows]), ''];
}
