// Carries one command out over rows, the same way on hub and device: find the mutator, lift old
// args, check them, run. What comes of a refusal or a bug is the caller's business.

import type { Domain, Mutator, Refusal, Situation } from '../domain.ts';
import { type Json, unfitJson } from '../json.ts';
import { jsonDepthMax } from '../protocol/limits.ts';
import type { Draft } from '../rows/draft.ts';
import { inWords, sayUnfit } from '../unfit-data.ts';

/** A command whose mutator is known and whose args fit it. */
export interface Ready {
  readonly mutator: Mutator;
  readonly args: object;
  readonly subject: string;
}

/**
 * Why a command cannot run: `unknown` may pass on another build, `broken` never will. A broken one
 * names its mutator, where there is one, because facts and intents end differently.
 */
export type Unready =
  | { readonly problem: 'unknown'; readonly refusal: Refusal }
  | { readonly problem: 'broken'; readonly refusal: Refusal; readonly mutator: Mutator };

export interface Asked {
  readonly name: string;
  readonly v: number;
  readonly args: Json;
}

export function prepare(domain: Domain, asked: Asked): Ready | Unready {
  const mutator = domain.mutators.get(asked.name);
  if (mutator === undefined) {
    const message = `This hub does not know the command ${asked.name}; it is kept until it does.`;
    return { problem: 'unknown', refusal: { code: 'UNKNOWN_COMMAND', message } };
  }
  if (asked.v > mutator.v) {
    const message = `${asked.name} comes from a newer app than this hub; it is kept until the update.`;
    return { problem: 'unknown', refusal: { code: 'NEWER_COMMAND', message } };
  }
  const args = lift(domain, mutator, asked);
  if (typeof args === 'string') return broken(mutator, args);
  const parsed = mutator.schema.safeParse(args.lifted, inWords);
  if (!parsed.success) return broken(mutator, sayUnfit(parsed.error, args.lifted, 'the args'));
  try {
    return { mutator, args: parsed.data, subject: mutator.subject(parsed.data) };
  } catch (error) {
    return broken(mutator, String(error));
  }
}

function lift(domain: Domain, mutator: Mutator, asked: Asked): { lifted: Json } | string {
  const unfit = unfitJson(asked.args, jsonDepthMax);
  if (unfit !== undefined) return unfit;
  if (asked.v === mutator.v) return { lifted: asked.args };
  try {
    const lifted = domain.upcast(asked.name, asked.v, asked.args);
    return lifted === undefined ? `version ${asked.v} never existed` : { lifted };
  } catch (error) {
    return String(error);
  }
}

function broken(mutator: Mutator, what: string): Unready {
  return { problem: 'broken', mutator, refusal: notUnderstood(mutator.name, what) };
}

/** The refusal of a command that is not written as it should be; `what` says where and why. */
export function notUnderstood(name: string, what: string): Refusal {
  const message = `The command ${name} was not understood: ${what}. Give it again with that put right.`;
  return { code: 'BAD_COMMAND', message };
}

/** Runs a ready command into `draft`. Throws what the mutator throws. */
export function run(ready: Ready, draft: Draft, situation: Situation): Refusal | undefined {
  return ready.mutator.run(draft, ready.args, situation);
}
