// The hub's log as it lies in its data folder: the lines that are there, and those that come, also
// across the moment in which the hub begins a new file.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { logFiles } from '@pos-sync/local-server';

const newLine = 0x0a;

export interface LogLines {
  /** Oldest first. Undefined where no hub wrote a log. */
  readonly there: readonly string[] | undefined;
  /** Those that came since this was asked last. */
  next(): string[];
}

export function openLogLines(dataFolder: string): LogLines {
  const { older, newest } = logFiles(dataFolder);
  let newestThere = readFrom(newest, 0);
  const olderThere = readFrom(older, 0);
  const files = olderThere?.file === newestThere?.file ? [newestThere] : [olderThere, newestThere];
  const there = files.flatMap((one) => one?.lines ?? []);
  return {
    there: files.some((one) => one !== undefined) ? there : undefined,
    next() {
      const { file, end = 0 } = newestThere ?? {};
      const found = readFrom(newest, end);
      if (found === undefined) return [];
      if (found.file === file && found.end >= end) {
        newestThere = found;
        return found.lines;
      }
      // A new file. What was written last to the one before lies in the older one now.
      const before = readFrom(older, end);
      newestThere = readFrom(newest, 0);
      const last = before !== undefined && before.file === file ? before.lines : [];
      return [...last, ...(newestThere?.lines ?? [])];
    },
  };
}

interface Stretch {
  /** Tells one file from another, whatever they are called. */
  readonly file: number;
  readonly lines: string[];
  /** Behind the last whole line. */
  readonly end: number;
}

function readFrom(name: string, place: number): Stretch | undefined {
  let handle: number;
  try {
    handle = openSync(name, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { ino: file, size } = fstatSync(handle);
    if (size < place) return { file, lines: [], end: size };
    const bytes = Buffer.alloc(size - place);
    const length = readSync(handle, bytes, { position: place });
    const whole = bytes.subarray(0, length).lastIndexOf(newLine) + 1;
    const lines = bytes.toString('utf8', 0, whole).split('\n');
    return { file, lines: lines.filter((line) => line !== ''), end: place + whole };
  } finally {
    closeSync(handle);
  }
}
