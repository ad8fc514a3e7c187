// A hub that is there and answers nobody: told from one that is stopped, since whoever takes the one for
// the other starts a second hub, or switches off the first.

import { isFolderHeld, readListening } from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { type NoAnswer, NotYetAnswered } from '../hub-door.ts';
import { isAlive } from './waiting.ts';

/**
 * A store in memory holds no folder. There it is the process that said where it listens, as long as
 * somebody takes a question in that place: its number alone may be another program's by now.
 * Throws `error` where somebody took the question, and nothing says that it is this hub.
 */
export function isSilent(dataFolder: string, error: NoAnswer): boolean {
  if (isFolderHeld(dataFolder)) return true;
  if (!(error instanceof NotYetAnswered)) return false;
  if (pidOf(dataFolder) === undefined) throw error;
  return true;
}

/** A hub that works with `dataFolder` and answers nobody. */
export function silent(dataFolder: string): Failure {
  const pid = pidOf(dataFolder);
  const which = pid === undefined ? '' : ` (process ${pid})`;
  const message = `A hub${which} works with ${dataFolder}, but does not answer.`;
  return new Failure(1, message, `It may be starting or stopping: try again. ${endIt(pid)}`);
}

/** What to do about one that stays so. */
export function endIt(pid: number | undefined): string {
  if (pid === undefined) return 'If it stays so, switch the machine off and on: no order is lost.';
  return `If it stays so, end it with "kill -9 ${pid}": what it has answered is on the disk.`;
}

/** Of the process that said it listens for `dataFolder`, where it is there. */
function pidOf(dataFolder: string): number | undefined {
  const pid = readListening(dataFolder)?.pid;
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}
