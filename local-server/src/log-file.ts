// What the hub says, also kept as a file, so that `pos-sync logs` can show it after a crash and wherever
// stdout went. A line is written at once: the database beside it waits for the same disk with every
// commit. A disk that takes no line loses lines; it never stops the hub.

import { appendFileSync, chmodSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

export interface LogFile {
  /** A whole line of JSON, with its end. */
  write(line: string): void;
  /** Says something here and nowhere else, at a level of pino. */
  note(level: number, message: string): void;
  /** What ends the hub: an error, or whatever else was thrown. */
  noteThrown(thrown: unknown): void;
}

const bytesMax = 5_000_000;
/** A disk that took no line is not asked again with every line. */
const quietMs = 1_000;
const warn = 40;
const fatal = 60;

/** The files in `folder`, the hub's data folder, that together are its log, older one first. */
export function logFiles(folder: string): { readonly older: string; readonly newest: string } {
  const logs = logsFolder(folder);
  return { older: path.join(logs, 'hub.1.log'), newest: path.join(logs, 'hub.log') };
}

/** Where they lie; the hub makes it. */
export function logsFolder(folder: string): string {
  return path.join(folder, 'logs');
}

export function openLogFile(
  folder: string,
  fileBytesMax = bytesMax,
  nowMs = () => performance.now(),
): LogFile {
  const { older, newest } = logFiles(folder);
  close(logsFolder(folder), 0o700);
  for (const file of [older, newest]) close(file, 0o600);
  let lost = 0;
  let quietUntilMs = -Infinity;

  const append = (text: string): void => {
    const bytes = statSync(newest, { throwIfNoEntry: false })?.size;
    if (bytes === undefined) makeFolder(logsFolder(folder));
    else if (bytes + Buffer.byteLength(text) > fileBytesMax) renameSync(newest, older);
    appendFileSync(newest, text, { mode: 0o600 });
  };
  const write = (line: string): void => {
    if (nowMs() < quietUntilMs) {
      lost += 1;
      return;
    }
    // The line that did not fit may have been written in part: a new one begins below it.
    const before = lost === 0 ? '' : `\n${lineOf(warn, sayLost(lost))}`;
    try {
      append(before + line);
      lost = 0;
    } catch {
      lost += 1;
      quietUntilMs = nowMs() + quietMs;
    }
  };
  const note = (level: number, message: string): void => write(lineOf(level, message));
  const noteThrown = (thrown: unknown): void =>
    note(fatal, thrown instanceof Error ? String(thrown.stack) : inspect(thrown));
  return { write, note, noteThrown };
}

/** What lies there already may be open to others: from an older hub, or copied. */
function close(place: string, mode: number): void {
  try {
    chmodSync(place, mode);
  } catch {
    // It is not there, or somebody else's; `pos-sync doctor` says when others may read it.
  }
}

/** Only itself: where the disk of the data folder is away, nothing is put in its place. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function sayLost(lines: number): string {
  return `${lines} lines of the log could not be written here: the disk took none`;
}

function lineOf(level: number, msg: string): string {
  return `${JSON.stringify({ level, time: new Date().toISOString(), msg })}\n`;
}
