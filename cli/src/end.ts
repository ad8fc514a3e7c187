// How every command ends: what went wrong as a sentence with what to do about it, on stderr, and the
// exit code that programs can count on.

import { ClientError } from '@pos-sync/client';
import { StoreProblem } from '@pos-sync/local-server';
import { CommanderError } from 'commander';

import { Failure } from './failure.ts';

const wronglyAsked = 2;
const failed = 1;

/** Sets the exit code; errors nobody foresaw keep their stack, for whoever looks for the fault. */
export function end(error: unknown): void {
  if (error instanceof CommanderError) {
    // commander has said what is wrong already; help and version are no mistakes.
    process.exitCode = error.exitCode === 0 ? 0 : wronglyAsked;
    return;
  }
  process.exitCode = error instanceof Failure ? error.exitCode : failed;
  const isForeseen =
    error instanceof Failure || error instanceof StoreProblem || error instanceof ClientError;
  if (isForeseen) console.error(`${error.message}\n${error.fix ?? ''}`.trimEnd());
  else console.error(error);
}
