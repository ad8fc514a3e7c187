// `pos-sync logs`: what the hub said, from the files in its data folder, so also while it is stopped and
// after it crashed.

import { setTimeout as pause } from 'node:timers/promises';

import { Failure } from '../failure.ts';
import { plainText } from '../plain-text.ts';
import { type LogLines, openLogLines } from './log-lines.ts';

export interface LogsWanted {
  readonly dataFolder: string;
  /** At most so many of those that are there, the newest. */
  readonly lines: number;
  /** Lines of JSON, as the hub wrote them. */
  readonly json: boolean;
  /** Also each that comes. */
  readonly follow: boolean;
}

const lookEveryMs = 250;

/** Ends with the lines that are there, or never. Throws `Failure` where there is no log. */
export async function* readLog(wanted: LogsWanted): AsyncIterable<string> {
  const { dataFolder, lines, follow } = wanted;
  const log = openLog(dataFolder);
  if (log.there === undefined) {
    const message = `No hub wrote a log in ${dataFolder}.`;
    throw new Failure(1, message, 'Say which folder the hub uses with --data.');
  }
  const shown = wanted.json ? (line: string): string => line : lineText;
  yield* log.there.slice(-lines).map(shown);
  while (follow) {
    await pause(lookEveryMs);
    yield* log.next().map(shown);
  }
}

function openLog(dataFolder: string): LogLines {
  try {
    return openLogLines(dataFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    const message = `The log in ${dataFolder} cannot be read.`;
    throw new Failure(1, message, 'Run this as the user the hub runs as.', { cause: error });
  }
}

const levels: Readonly<Record<number, string | undefined>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** A line of JSON as people read it; one that was cut off stays as it is. */
export function lineText(line: string): string {
  const said = fieldsOf(line);
  if (said === undefined) return plainText(line);
  const { level, time, msg, error, ...rest } = said;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const { stack, ...about } = (error ?? {}) as Record<string, unknown>;
  if (stack === undefined && error !== undefined) fields.push(`error=${JSON.stringify(about)}`);
  const [message = '', ...more] = (typeof msg === 'string' ? msg : '').split('\n');
  const below = [...more, ...(typeof stack === 'string' ? stack.split('\n') : [])];
  const severity = (levels[Number(level)] ?? '').padEnd(5);
  const first = [clockText(String(time)), severity, message, ...fields].join('  ');
  return [first, ...below.map((one) => `    ${one}`)].map(plainText).join('\n');
}

function fieldsOf(line: string): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === 'object' && said !== null ? { ...said } : undefined;
  } catch {
    return undefined;
  }
}

/** By the calendar of this machine: `2026-11-22 14:05:11`. */
function clockText(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
