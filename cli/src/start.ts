// `pos-sync start`: the hub as `npm run production` starts it, with the same flags, which go to it
// unread.

import { spawn } from 'node:child_process';

import { isWholeProgram } from '@pos-sync/local-server';

import { Failure } from './failure.ts';
import { hubProgram } from './program.ts';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Settles with the hub's own exit code once it has ended. */
export function start(flags: readonly string[]): Promise<number> {
  const hub = spawn(process.execPath, [wholeHub(), ...flags], { stdio: 'inherit' });
  for (const signal of passedOn) process.on(signal, () => void hub.kill(signal));
  return new Promise((resolve, reject) => {
    hub.on('error', reject);
    hub.on('close', (code) => resolve(code ?? 1));
  });
}

/** The hub's program. Throws `Failure` where only a part of it is there. */
export function wholeHub(): string {
  const program = hubProgram();
  if (isWholeProgram(program)) return program;
  const message = `The hub's program ${program} is damaged: a part of it is missing.`;
  throw new Failure(
    1,
    message,
    'Copy the whole folder of the hub once more, then run ./deploy.sh. In a clone: npm run bundle.',
  );
}
