// `pos-sync export`: a business day as a file for bookkeeping. A file that is there stays as it is.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { csvOf, type ExportRecord } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import type { HubDoor } from '../hub-door.ts';
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
  write(out, format === 'csv' ? csvOf(found.records) : `${JSON.stringify(found, null, 1)}\n`);
  const { isOver, records } = found;
  if (json) return JSON.stringify({ file: out, day, isOver, records: records.length });
  const lines = [`${records.length} records of ${day} are in ${out}.`];
  if (!isOver) lines.push('This day is not over: export it again when it is.');
  return lines.join('\n');
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      const message = `${file} is there already and stays as it is.`;
      throw new Failure(2, message, 'Name another file with --out.', { cause: error });
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const message = `There is no folder ${path.dirname(file)}.`;
      throw new Failure(2, message, 'Name a file in a folder that is there.', { cause: error });
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      const message = `This user may not write ${file}.`;
      throw new Failure(2, message, 'Name another file with --out.', { cause: error });
    }
    // Half a file would look like a whole day.
    rmSync(file, { force: true });
    const message = `${file} could not be written (${code ?? String(error)}).`;
    throw new Failure(1, message, 'Make room on that disk, or name another.', { cause: error });
  }
}
