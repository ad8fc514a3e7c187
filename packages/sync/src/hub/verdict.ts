// The verdict on one command: what the hub decides, and the writes that go with it. Intents may be
// rejected; facts and what this build cannot read are deferred; nothing is ever dropped.

import { type Ready, type Unready, notUnderstood, prepare, run } from '../command/carry-out.ts';
import type { Domain, Refusal, Situation } from '../domain.ts';
import { isLongerThan, unfitJson } from '../json.ts';
import type { Command } from '../protocol/command.ts';
import { commandBytesMax, jsonDepthMax } from '../protocol/limits.ts';
import type { Outcome } from '../protocol/outcome.ts';
import { Draft, SubjectWanted } from '../rows/draft.ts';
import type { Layer } from '../rows/layer.ts';
import { isBehindDeferred, unreadSubject } from '../rows/deferred.ts';
import { inWords, sayUnfit } from '../unfit-data.ts';
import type { DeviceRecord } from './device-record.ts';
import { type OwnCommand, type Powers, hubRole } from './own-command.ts';
import { ownCommands } from './own-commands.ts';

export interface Verdict {
  readonly outcome: Outcome;
  readonly refusal: Refusal | undefined;
  readonly subject: string;
  /** The writes of a command that went through. */
  readonly writes: Layer | undefined;
  readonly flags: readonly Refusal[];
}

/** Everything a verdict depends on. */
export interface Bench {
  readonly domain: Domain;
  readonly rows: Layer;
  readonly seq: number;
  readonly isLoaded: (subject: string) => boolean;
  readonly prepare: (command: Command) => Ready | Unready;
  readonly powers: Powers;
}

/** How the command was asked: by whom, and under which circumstances. */
export interface Case {
  readonly command: Command;
  /** As the log keeps it. */
  readonly body: string;
  readonly record: DeviceRecord;
  readonly situation: Situation;
  /** A person has decided that the role's lack of right does not count. */
  readonly forced: boolean;
}

/** Throws `SubjectWanted`, and nothing else. */
export function judge(bench: Bench, asked: Case): Verdict {
  const own = ownCommands.get(asked.command.name);
  if (asked.record.revokedAt !== undefined && !asked.forced) {
    const message = `${asked.record.name} was revoked; a manager decides what becomes of this.`;
    const { device } = asked.record;
    const subject = own === undefined ? subjectOf(bench.domain, asked.command) : device;
    return refused('deferred', { code: 'REVOKED', message }, subject);
  }
  if (own !== undefined) return judgeOwn(bench, asked, own);
  const ready = bench.prepare(asked.command);
  if ('problem' in ready) return unready(ready);
  const stopped = hindrance(bench, asked, ready);
  if (stopped !== undefined) return stopped;
  return attempt(bench, asked, ready);
}

function unready(found: Unready): Verdict {
  const rejected = found.problem === 'broken' && found.mutator.kind === 'intent';
  return refused(rejected ? 'rejected' : 'deferred', found.refusal, unreadSubject);
}

/** What stands in the way before the mutator is even asked. */
function hindrance(bench: Bench, asked: Case, ready: Ready): Verdict | undefined {
  const { mutator, subject } = ready;
  const soft: Outcome = mutator.kind === 'fact' ? 'deferred' : 'rejected';
  if (isTooLong(asked)) {
    const message = `The command is longer than ${commandBytesMax} bytes; shorten its texts.`;
    return refused(soft, { code: 'TOO_LONG', message }, subject);
  }
  if (!mutator.roles.includes(asked.record.role) && !asked.forced) {
    const message = `A device with the role "${asked.record.role}" may not do this.`;
    return refused(soft, { code: 'FORBIDDEN', message }, subject);
  }
  const { device } = asked.record;
  if (!asked.forced && isBehindDeferred(bench.rows, device, asked.command.n, subject)) {
    const message = 'An earlier step on the same subject waits to be decided first.';
    return refused('deferred', { code: 'BEHIND_DEFERRED', message }, subject);
  }
  return undefined;
}

/** What the hub had added to a command that is offered again does not count. */
function isTooLong({ command, body }: Case): boolean {
  if (!isLongerThan(body, commandBytesMax)) return false;
  const { name, v, args, madeAt, base } = command;
  return isLongerThan(JSON.stringify({ name, v, args, madeAt, base }), commandBytesMax);
}

function attempt(bench: Bench, asked: Case, ready: Ready): Verdict {
  const draft = new Draft(bench.rows, bench.seq, bench.isLoaded);
  const soft: Outcome = ready.mutator.kind === 'fact' ? 'deferred' : 'rejected';
  let refusal: Refusal | undefined;
  try {
    refusal = run(ready, draft, asked.situation);
  } catch (error) {
    if (error instanceof SubjectWanted) throw error;
    refusal = {
      code: 'FAILED',
      message: `${ready.mutator.name} failed on the hub: ${String(error)}`,
    };
  }
  if (refusal !== undefined) return refused(soft, refusal, ready.subject);
  return { ...went(draft), subject: ready.subject };
}

function judgeOwn(bench: Bench, asked: Case, own: OwnCommand): Verdict {
  const subject = asked.record.device;
  if (own.roles !== 'every' && !own.roles.includes(asked.record.role)) {
    const message = `Only a manager may do ${own.name}.`;
    return refused('rejected', { code: 'FORBIDDEN', message }, subject);
  }
  if (own.roles !== 'every' && asked.record.retiredAt !== undefined) {
    const message = `${asked.record.name} was put away and manages nothing any more. Do it on another manager’s device.`;
    return refused('rejected', { code: 'RETIRED', message }, subject);
  }
  const { args } = asked.command;
  const parsed = own.schema.safeParse(args, inWords);
  const unfit = unfitJson(args, jsonDepthMax);
  if (!parsed.success || unfit !== undefined) {
    const what = parsed.success ? `${unfit}` : sayUnfit(parsed.error, args, 'the args');
    return refused('rejected', notUnderstood(own.name, what), subject);
  }
  if ('by' in parsed.data && asked.record.role !== hubRole) {
    const message = 'Only the hub says on whose behalf something is done: leave out "by".';
    return refused('rejected', { code: 'FORBIDDEN', message }, subject);
  }
  const draft = new Draft(bench.rows, bench.seq, bench.isLoaded);
  const refusal = own.run(draft, parsed.data, bench.powers, asked.situation);
  if (refusal !== undefined) return refused('rejected', refusal, subject);
  return { ...went(draft), subject };
}

function went(draft: Draft): Omit<Verdict, 'subject'> {
  return { outcome: 'ok', refusal: draft.remark, writes: draft.layer, flags: draft.flags };
}

export function refused(outcome: Outcome, refusal: Refusal, subject: string): Verdict {
  return { outcome, refusal, subject, writes: undefined, flags: [] };
}

/** The record under which the hub's own process gives commands. */
export function hubRecord(device: string): DeviceRecord {
  return { device, publicKey: '', name: 'Hub', letter: '', role: hubRole };
}

/** The subject of a command, as far as this build can read it. */
export function subjectOf(domain: Domain, command: Command): string {
  const ready = prepare(domain, command);
  return 'problem' in ready ? unreadSubject : ready.subject;
}
