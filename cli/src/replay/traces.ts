// What a device process notes while it runs, in files that are written before the thing happens: a
// process that is killed the next moment has still noted it.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { nowMs } from './messages.ts';

/** A row was asked for, or shown, by its key; or a command was sent, by its id. */
export interface Noted {
  readonly what: string;
  readonly atMs: number;
}

export type TraceKind = 'asked' | 'shown' | 'sent';

export interface Trace {
  note(what: string): void;
}

export function openTrace(folder: string, device: string, kind: TraceKind): Trace {
  const file = fileOf(folder, device, kind);
  return { note: (what) => appendFileSync(file, `${nowMs().toFixed(2)} ${what}\n`) };
}

/** A last line that was cut off by a kill is left out. */
export function readTrace(folder: string, device: string, kind: TraceKind): Noted[] {
  const file = fileOf(folder, device, kind);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { atMs: Number(line.slice(0, space)), what: line.slice(space + 1) };
  });
}

function fileOf(folder: string, device: string, kind: TraceKind): string {
  return path.join(folder, `${device}.${kind}.txt`);
}
