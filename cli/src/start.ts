// `pos-sync start`: the hub as `npm run production` starts it, with the same flags, which go to it
// unread.

import { spawn } from 'node:child_process';

import { hubProgram } from './program.ts';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Settles with the hub's own exit code once it has ended. */
export function start(flags: readonly string[]): Promise<number> {
  const hub = spawn(process.execPath, [hubProgram(), ...flags], { stdio: 'inherit' });
  for (const signal of passedOn) process.on(signal, () => void hub.kill(signal));
  return new Promise((resolve, reject) => {
    hub.on('error', reject);
    hub.on('close', (code) => resolve(code ?? 1));
  });
}
