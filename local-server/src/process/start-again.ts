// Starts the hub anew in place: the process becomes a new hub, and keeps its number, its terminal and
// whoever watches over it.

import { existsSync } from 'node:fs';

import { type Refused, refuse } from '../http/refusal.ts';
import { isWholeProgram } from './whole-program.ts';

/** Why this hub cannot be started anew now; undefined where it can. */
export function whyNotAgain(): Refused | undefined {
  const program = process.argv[1] ?? '';
  if (process.execve === undefined || process.platform === 'win32') return refusals.notHere;
  if (!existsSync(program) || !existsSync(process.execPath)) return refusals.programGone;
  return isWholeProgram(program) ? undefined : refusals.programDamaged;
}

/**
 * With the settings of this one, and on its port also where the system had picked that. Where the
 * system refuses, `say` gets the reason and the hub leaves with code 75, which asks whoever started it
 * to start it again.
 */
export function startAgain(port: number, say: (why: string) => void): never {
  const [node = process.execPath, program = '', ...flags] = process.argv;
  try {
    process.execve?.(node, [node, ...process.execArgv, program, ...onPort(flags, port)]);
  } catch (error) {
    say(String(error));
  }
  process.exit(75);
}

function onPort(flags: readonly string[], port: number): string[] {
  const at = flags.findIndex((flag) => flag.split('=')[0] === '--port');
  if (at === -1) return [...flags, `--port=${port}`];
  return flags.toSpliced(at, flags[at] === '--port' ? 2 : 1, `--port=${port}`);
}

const copyAgain = 'Copy the whole folder of the hub once more, then restart it.';

const refusals = {
  notHere: refuse(
    409,
    'CANNOT_RESTART',
    'On this system a hub cannot start itself anew.',
    'Stop it with "pos-sync stop" and start it again.',
  ),
  programGone: refuse(409, 'CANNOT_RESTART', 'The hub’s program is no longer there.', copyAgain),
  programDamaged: refuse(409, 'CANNOT_RESTART', 'The hub’s program is damaged.', copyAgain),
};
