// `pos-sync export`: a business day as a file for bookkeeping. A file that is there stays as it is.

import path from 'node:path';

import { csvOf, type ExportRecord } from '@pos-sync/local-server';

import type { HubDoor } from '../hub-door.ts';
import { writeNewFile } from '../new-file.ts';
import { readDay } from './ask.ts';

interface Day {
  readonly day: string;
  readonly isOver: boolean;
  readonly records: readonly ExportRecord[];
}

export interface ExportWanted {
  readonly day: string;
  readonly format: 'csv' | 'json';
  readonly out: string;
  readonly json: boolean;
}

/** What to print once the file is written. */
export async function exportDay(door: HubDoor, wanted: ExportWanted): Promise<string> {
  const { day, format, json } = wanted;
  const out = path.resolve(wanted.out);
  const found = await readDay<Day>(door, day);
  writeNewFile(
    out,
    format === 'csv' ? csvOf(found.records) : `${JSON.stringify(found, null, 1)}\n`,
  );
  const { isOver, records } = found;
  if (json) return JSON.stringify({ file: out, day, isOver, records: records.length });
  const lines = [`${records.length} records of ${day} are in ${out}.`];
  if (records.length === 0) lines.push(`No order was opened, closed or paid on ${day}.`);
  if (!isOver) lines.push('This day is not over: export it again when it is.');
  return lines.join('\n');
}
