// The hub's log: one JSON object a line on stdout for machines, readable lines on a terminal, and the
// JSON lines once more in the data folder. pino's transports run in worker files that a one-file bundle
// does not have, so pino-pretty is used as a stream. Its own file writer waits for ever at the end when
// whoever read the log is gone, and the hub could not stop: so lines go through Node's stdout.

import { pino, type Logger } from 'pino';

import type { LogFile } from './log-file.ts';
import type { LogLevel } from './settings.ts';

export type Log = Logger;

export async function openLog(level: LogLevel, isTerminal: boolean, file: LogFile): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    errorKey: 'error',
    serializers: { error: pino.stdSerializers.err },
  };
  // A hub without anybody to read its log still serves orders.
  process.stdout.on('error', () => undefined);
  const screen = isTerminal ? await readable() : process.stdout;
  return pino(options, {
    write(line) {
      screen.write(line);
      file.write(line);
    },
  });
}

async function readable(): Promise<Pick<NodeJS.WritableStream, 'write'>> {
  const { PinoPretty } = await import('pino-pretty');
  return PinoPretty({
    destination: process.stdout,
    errorLikeObjectKeys: ['error'],
    translateTime: 'SYS:HH:MM:ss',
    // The banner says it better.
    ignore: 'version,settings,isNewShop,port,addresses',
  });
}
