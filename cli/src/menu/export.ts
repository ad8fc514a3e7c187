// `pos-sync menu export`: the menu as a file to work on. A file that is there stays as it is.

import path from 'node:path';

import { type MenuItem, menuTable } from '@pos-sync/local-server';

import { type HubDoor, askHub } from '../hub-door.ts';
import { writeNewFile } from '../new-file.ts';

export interface ExportWanted {
  readonly out: string;
  readonly format: 'csv' | 'json';
  readonly json: boolean;
}

/** What to print once the file is written. */
export async function exportMenu(door: HubDoor, wanted: ExportWanted): Promise<string> {
  const { format, json } = wanted;
  const out = path.resolve(wanted.out);
  const menu = (await askHub(door, 'GET', '/menu')) as { readonly items: readonly MenuItem[] };
  const { items } = menu;
  writeNewFile(out, format === 'csv' ? menuTable(items) : `${JSON.stringify(menu, null, 1)}\n`);
  if (json) return JSON.stringify({ file: out, items: items.length });
  return `${items.length} items are in ${out}.`;
}
