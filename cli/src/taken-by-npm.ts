// `npm run pos-sync replay FILE --chaos` without two dashes hands npm a setting of its own: the flag
// never arrives, and a replay without bad luck would pass for one with.

import type { Command } from 'commander';

import { Failure } from './failure.ts';

/** npm has this one itself, and somebody may have set it for good. */
const npmsOwn = '--json';

/** Throws `Failure` (2) when npm kept a flag of any command for itself. */
export function refuseTakenByNpm(
  program: Command,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (environment['npm_lifecycle_event'] !== 'pos-sync') return;
  const flags = program.commands.flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  const taken = flags.find((flag) => flag !== npmsOwn && environment[npmName(flag)] !== undefined);
  if (taken === undefined) return;
  const message = `npm kept ${taken} for itself.`;
  const fix = 'Write two dashes before everything: npm run pos-sync -- replay FILE --chaos';
  throw new Failure(2, message, fix);
}

function npmName(flag: string): string {
  return `npm_config_${flag.slice(2).replaceAll('-', '_')}`;
}
