// What one of the engine's own commands is made of, and what only such commands may do.

import type * as z from 'zod/mini';
import type { Domain, Refusal, Situation } from '../domain.ts';
import type { Deferred } from '../rows/deferred.ts';
import type { Draft } from '../rows/draft.ts';

/** What only the engine's own commands may do, beside writing rows. */
export interface Powers {
  readonly domain: Domain;
  readonly day: string;
  readonly seq: number;
  setLastN(device: string, n: number): void;
  turn(day: string): void;
  setClock(hubTimeMs: number): void;
  /** The rows of what a device delivered and was deferred, also where it is settled by now. */
  deferredOf(device: string): readonly Deferred[];
  endRecovery(): void;
  /** Decides a deferred command again. `force` is a person's word against a role's lack of right. */
  settle(draft: Draft, id: string, apply: boolean, force: boolean): Refusal | undefined;
}

export interface OwnCommand<Args extends object = object> {
  readonly name: string;
  readonly roles: readonly string[] | 'every';
  readonly schema: z.ZodMiniType<Args>;
  run(draft: Draft, args: Args, powers: Powers, situation: Situation): Refusal | undefined;
}

/** Every run of the hub is a device of its own, with an id that begins like this. */
export function isHubId(device: string): boolean {
  return device.startsWith('hub-');
}

/** The role of the hub's own device; nobody can be paired as it. */
export const hubRole = 'hub';
export const byHub = [hubRole];
export const byManager = [hubRole, 'manager'];
