// Commands of which nothing may be kept: their domain found in the args what must lie on no disk. The
// log says that there was one and why it was rejected; its args end here, before anything is decided.

import type { Domain, Withheld } from '../domain.ts';
import type { Command } from '../protocol/command.ts';
import { type Verdict, refused, subjectOf } from './verdict.ts';

/** A command as the log has it: `withheld` says why its args are not there. */
export interface LoggedCommand extends Command {
  readonly withheld?: Withheld & { readonly subject: string };
}

/** The command as it may be kept, which is the same one where nothing speaks against it. */
export function kept(domain: Domain, command: LoggedCommand): LoggedCommand {
  const { name, v, args, answered } = command;
  if (command.withheld !== undefined) return command;
  const found = domain.withholds?.(name, v, args);
  if (found === undefined) return command;
  const withheld = { ...found, subject: subjectOf(domain, command) };
  if (answered === undefined) return { ...command, args: {}, withheld };
  // What it was answered once may repeat it.
  const { message: _message, ...rest } = answered;
  return { ...command, args: {}, answered: rest, withheld };
}

/** A fact too is rejected: what is not there cannot wait for anybody. */
export function verdictOnWithheld({ withheld }: LoggedCommand): Verdict | undefined {
  if (withheld === undefined) return undefined;
  const { code, message, subject } = withheld;
  return refused('rejected', { code, message }, subject);
}

/** The part of a command that the log keeps as text, and that can be erased. */
export function bodyOf({ name, v, args, madeAt, base, answered, withheld }: LoggedCommand): string {
  return JSON.stringify({ name, v, args, madeAt, base, answered, withheld });
}
