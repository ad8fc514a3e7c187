// Commands the engine itself brings: devices, the turn, what did not come back, what was deferred.
// They are decided, logged and chained like all others, so that the log alone rebuilds the store.

import * as z from 'zod/mini';
import type { Domain, Refusal, Situation } from '../domain.ts';
import { count, identifier, label } from '../protocol/scalar.ts';
import type { Draft } from '../rows/draft.ts';
import { type DeviceRecord, deviceKey, deviceSubject, freeLetter } from './device-record.ts';

/** What only the engine's own commands may do, beside writing rows. */
export interface Powers {
  readonly domain: Domain;
  readonly day: string;
  readonly seq: number;
  setLastN(device: string, n: number): void;
  turn(day: string): void;
  /** Decides a deferred command again. `force` is a person's word against a role's lack of right. */
  settle(draft: Draft, id: string, apply: boolean, force: boolean): Refusal | undefined;
}

export interface OwnCommand<Args extends object = object> {
  readonly name: string;
  readonly roles: readonly string[];
  readonly schema: z.ZodMiniType<Args>;
  run(draft: Draft, args: Args, powers: Powers, situation: Situation): Refusal | undefined;
}

/** The role of the hub's own device; nobody can be paired as it. */
export const hubRole = 'hub';
const byHub = [hubRole];
const byManager = [hubRole, 'manager'];

const pair: OwnCommand<{ device: string; publicKey: string; name: string; role: string }> = {
  name: 'device.pair',
  roles: byHub,
  schema: z.strictObject({ device: identifier, publicKey: label, name: label, role: label }),
  run(draft, args, powers) {
    if (draft.get(deviceKey(args.device)) !== undefined) return undefined;
    if (args.role === hubRole || powers.domain.viewOf(args.role) === undefined) {
      return { code: 'NO_SUCH_ROLE', message: `There is no role "${args.role}".` };
    }
    const record = { ...args, letter: freeLetter(draft.layer) } satisfies DeviceRecord;
    draft.put(deviceKey(args.device), deviceSubject, record);
    return undefined;
  },
};

const revoke: OwnCommand<{ device: string }> = {
  name: 'device.revoke',
  roles: byManager,
  schema: z.strictObject({ device: identifier }),
  run(draft, args, powers) {
    const record = draft.get(deviceKey(args.device));
    if (record === undefined) {
      return { code: 'UNKNOWN_DEVICE', message: 'There is no such device.' };
    }
    if (record['revokedAt'] === undefined) {
      draft.put(deviceKey(args.device), deviceSubject, { ...record, revokedAt: powers.seq });
    }
    return undefined;
  },
};

const missing: OwnCommand<{ device: string; from: number; to: number }> = {
  name: 'device.missing',
  roles: byHub,
  schema: z.strictObject({ device: identifier, from: count, to: count }),
  run(draft, args, powers) {
    const name = draft.get(deviceKey(args.device))?.['name'];
    const who = typeof name === 'string' ? name : args.device;
    draft.flag('DID_NOT_COME_BACK', `${who}: ${args.from}–${args.to} did not come back.`);
    powers.setLastN(args.device, args.to);
    return undefined;
  },
};

const turn: OwnCommand<{ day: string }> = {
  name: 'day.turn',
  roles: byManager,
  schema: z.strictObject({ day: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)) }),
  run(_draft, args, powers) {
    if (args.day > powers.day) powers.turn(args.day);
    return undefined;
  },
};

const decide: OwnCommand<{ id: string; apply: boolean }> = {
  name: 'deferred.decide',
  roles: byManager,
  schema: z.strictObject({ id: identifier, apply: z.boolean() }),
  run: (draft, args, powers, situation) =>
    powers.settle(draft, args.id, args.apply, situation.role !== hubRole),
};

const list: readonly OwnCommand[] = [pair, revoke, missing, turn, decide];
export const ownCommands: ReadonlyMap<string, OwnCommand> = new Map(
  list.map((command) => [command.name, command]),
);
