// `npm run pos-sync replay FILE --chaos` without two dashes hands npm a setting of its own: the flag
// never arrives, and a replay without bad luck would pass for one with. So it is with every script.

import type { Command } from 'commander';

import { Failure } from './failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** npm has these itself, and somebody may have set them for good. */
const npmsOwn = new Set(['--json', '--yes']);

/** Throws `Failure` (2) when npm kept a flag of any command for itself. */
export function refuseTakenByNpm(program: Command, environment: Environment): void {
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  const flags = commands.flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  const taken = takenByNpm('pos-sync', flags, environment);
  if (taken === undefined) return;
  const message = `npm kept ${taken} for itself.`;
  const fix = 'Write two dashes before everything: npm run pos-sync -- replay FILE --chaos';
  throw new Failure(2, message, fix);
}

/** The first of `flags` that npm kept when it ran `script`; undefined where it kept none. */
export function takenByNpm(
  script: string,
  flags: readonly string[],
  environment: Environment,
): string | undefined {
  if (environment['npm_lifecycle_event'] !== script) return undefined;
  return flags.find((flag) => !npmsOwn.has(flag) && environment[npmName(flag)] !== undefined);
}

function npmName(flag: string): string {
  return `npm_config_${flag.slice(2).replaceAll('-', '_')}`;
}
