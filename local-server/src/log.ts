// The hub's log: one JSON object a line on stdout for machines, readable lines on a terminal.
// pino's transports run in worker files that a one-file bundle does not have, so pino-pretty is
// used as a stream. Its own file writer waits for ever at the end when whoever read the log is
// gone, and the hub could not stop: so lines go through Node's stdout.

import { pino, type Logger } from 'pino';

import type { LogLevel } from './settings.ts';

export type Log = Logger;

export async function openLog(level: LogLevel, isTerminal: boolean): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    errorKey: 'error',
    serializers: { error: pino.stdSerializers.err },
  };
  // A hub without anybody to read its log still serves orders.
  process.stdout.on('error', () => undefined);
  if (!isTerminal) return pino(options, process.stdout);
  const { PinoPretty } = await import('pino-pretty');
  const readable = PinoPretty({
    destination: process.stdout,
    errorLikeObjectKeys: ['error'],
    translateTime: 'SYS:HH:MM:ss',
  });
  return pino(options, readable);
}
