// Commands the engine itself brings: devices, the turn, what did not come back, what was deferred.
// They are decided, logged and chained like all others, so that the log alone rebuilds the store.

import * as z from 'zod/mini';
import { engineCommands, knownAfterAll } from '../command/engine-commands.ts';
import type { Domain, Refusal, Situation } from '../domain.ts';
import { strandedReportRowsMax } from '../protocol/limits.ts';
import { count, identifier, label, rowKey } from '../protocol/scalar.ts';
import type { Draft } from '../rows/draft.ts';
import { raise } from './attention.ts';
import {
  type DeviceRecord,
  deviceKey,
  deviceSubject,
  findDevice,
  freeLetter,
} from './device-record.ts';

/** What only the engine's own commands may do, beside writing rows. */
export interface Powers {
  readonly domain: Domain;
  readonly day: string;
  readonly seq: number;
  setLastN(device: string, n: number): void;
  turn(day: string): void;
  setClock(hubTimeMs: number): void;
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
const byHub = [hubRole];
const byManager = [hubRole, 'manager'];

const pair: OwnCommand<{ device: string; publicKey: string; name: string; role: string }> = {
  name: engineCommands.pair,
  roles: byHub,
  schema: z.strictObject({ device: identifier, publicKey: label, name: label, role: label }),
  run(draft, args, powers) {
    if (draft.get(deviceKey(args.device)) !== undefined) return undefined;
    if (isHubId(args.device)) return { code: 'TAKEN', message: 'That id is the hub’s own.' };
    if (args.role === hubRole || powers.domain.viewOf(args.role) === undefined) {
      return { code: 'NO_SUCH_ROLE', message: `There is no role "${args.role}".` };
    }
    const record = { ...args, letter: freeLetter(draft.layer) } satisfies DeviceRecord;
    draft.putOwn(deviceKey(args.device), deviceSubject, record);
    return undefined;
  },
};

const vouched: OwnCommand<{ device: string; publicKey: string; former: string }> = {
  name: engineCommands.vouched,
  roles: byHub,
  schema: z.strictObject({ device: identifier, publicKey: label, former: identifier }),
  run(draft, { device, publicKey, former }) {
    if (isHubId(device)) return { code: 'TAKEN', message: 'That id is the hub’s own.' };
    const record = findDevice(draft.layer, former);
    if (record === undefined || record.revokedAt !== undefined) {
      return { code: 'UNKNOWN_DEVICE', message: 'Nobody here can vouch for this device.' };
    }
    if (findDevice(draft.layer, device) !== undefined) return undefined;
    const { name, role } = record;
    const letter = freeLetter(draft.layer);
    draft.putOwn(deviceKey(device), deviceSubject, { device, publicKey, name, letter, role });
    draft.flag(
      'WAS_A_COPY',
      `${name} was a copy of another device and is its own now (${letter}).`,
    );
    return undefined;
  },
};

const revoke: OwnCommand<{ device: string }> = {
  name: engineCommands.revoke,
  roles: byManager,
  schema: z.strictObject({ device: identifier }),
  run(draft, args, powers) {
    const record = draft.get(deviceKey(args.device));
    if (record === undefined) {
      return { code: 'UNKNOWN_DEVICE', message: 'There is no such device.' };
    }
    if (record['revokedAt'] === undefined) {
      draft.putOwn(deviceKey(args.device), deviceSubject, { ...record, revokedAt: powers.seq });
    }
    return undefined;
  },
};

const missing: OwnCommand<{ device: string; from: number; to: number }> = {
  name: engineCommands.missing,
  roles: byHub,
  schema: z.strictObject({ device: identifier, from: count, to: count }),
  run(draft, args, powers) {
    const who = nameOf(draft, args.device);
    draft.flag('DID_NOT_COME_BACK', `${who}: ${args.from}–${args.to} did not come back.`);
    powers.setLastN(args.device, args.to);
    return undefined;
  },
};

/** What is not among all that a device offered again: unlike what is missing, it may still come. */
const lacking: OwnCommand<{ device: string; from: number; to: number; some: number }> = {
  name: engineCommands.lacking,
  roles: byHub,
  schema: z.strictObject({ device: identifier, from: count, to: count, some: count }),
  run(draft, { device, from, to, some }) {
    const what = some > to - from ? `${from}–${to}` : `${some} of ${from}–${to}`;
    const message = `${nameOf(draft, device)}: ${what} did not come back. What came after was carried out without; look what is missing, and enter it again.`;
    draft.flag('WENT_ON_WITHOUT', message);
    return undefined;
  },
};

/** What people call a device. */
function nameOf(draft: Draft, device: string): string {
  return findDevice(draft.layer, device)?.name ?? device;
}

const turn: OwnCommand<{ day: string }> = {
  name: engineCommands.turn,
  roles: byManager,
  schema: z.strictObject({
    day: z.string().check(z.regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)),
  }),
  run(_draft, args, powers) {
    if (args.day > powers.day) powers.turn(args.day);
    return undefined;
  },
};

const decide: OwnCommand<{ id: string; apply: boolean }> = {
  name: engineCommands.decide,
  roles: byManager,
  schema: z.strictObject({ id: identifier, apply: z.boolean() }),
  run: (draft, args, powers, situation) =>
    powers.settle(draft, args.id, args.apply, situation.role !== hubRole),
};

/** Longer ones would not fit into the key of their entry. */
const strandedSubjectMax = 200;
/** The end of the year 2099: what lies behind it is a mistake. */
const clockMsMax = 4_102_444_800_000;
const setClock: OwnCommand<{ hubTimeMs: number }> = {
  name: engineCommands.setClock,
  roles: byManager,
  schema: z.strictObject({ hubTimeMs: count.check(z.maximum(clockMsMax)) }),
  run(_draft, args, powers) {
    powers.setClock(args.hubTimeMs);
    return undefined;
  },
};

const doubtClock: OwnCommand<{ wallMs: number }> = {
  name: engineCommands.doubtClock,
  roles: byHub,
  schema: z.strictObject({ wallMs: z.int() }),
  run(draft, args, _powers, situation) {
    const apartMinutes = Math.round((args.wallMs - situation.hubTimeMs) / 60_000);
    const message = `The box's clock differs from the shop's time by ${apartMinutes} minutes. Set it, then close the day by hand if it is over.`;
    draft.flag('CLOCK_DOUBTFUL', message);
    return undefined;
  },
};

const strange: OwnCommand<{ device: string; what: string }> = {
  name: engineCommands.strange,
  roles: byHub,
  schema: z.strictObject({ device: identifier, what: label }),
  run(draft, { device, what }) {
    draft.flag('STRANGE_HISTORY', `${nameOf(draft, device)}: ${what}`);
    return undefined;
  },
};

/** A device still shows what the hub lost. People hear once of each subject, whoever reports it. */
const stranded: OwnCommand<{ subject: string; rows: { key: string; seq: number }[] }> = {
  name: engineCommands.stranded,
  roles: 'every',
  schema: z.strictObject({
    subject: z.string().check(z.minLength(1), z.maxLength(strandedSubjectMax)),
    rows: z
      .array(z.strictObject({ key: rowKey, seq: count }))
      .check(z.minLength(1), z.maxLength(strandedReportRowsMax)),
  }),
  run(draft, { subject, rows }, powers, situation) {
    draft.require(subject);
    const lost = rows.filter(({ key, seq }) => (draft.layer.find(key)?.seq ?? 0) <= seq);
    if (lost.length === 0) {
      const message = 'The hub has all of this, if only among the closed days.';
      draft.remark = { code: knownAfterAll, message };
      return undefined;
    }
    const name = `stranded:${subject}`;
    if (draft.get(`attention/${name}`) !== undefined) return undefined;
    const { device, id, hubTimeMs } = situation;
    const message = `${nameOf(draft, device)} still shows what the hub lost when it went back in time. Look at it there, and enter again what still counts.`;
    const about = { device, id, name: engineCommands.stranded, subject, hubTimeMs };
    const entry = { kind: 'strange', ...about, code: 'UNKNOWN_TO_HUB', message } as const;
    raise(draft.layer, entry, powers.seq, 0, name);
    return undefined;
  },
};

const recovered: OwnCommand<{ epoch: string }> = {
  name: engineCommands.recovered,
  roles: byManager,
  schema: z.strictObject({ epoch: identifier }),
  run(draft, args, powers) {
    if (draft.get(epochKey(args.epoch)) !== undefined) return undefined;
    draft.putOwn(epochKey(args.epoch), deviceSubject, { recoveredAt: powers.seq });
    powers.endRecovery();
    return undefined;
  },
};

/** The row that says that everything devices had to offer after this epoch began was decided. */
export function epochKey(epoch: string): string {
  return `epoch/${epoch}`;
}

const list: readonly OwnCommand[] = [
  pair,
  vouched,
  revoke,
  missing,
  lacking,
  turn,
  decide,
  setClock,
  doubtClock,
  strange,
  stranded,
  recovered,
];
export const ownCommands: ReadonlyMap<string, OwnCommand> = new Map(
  list.map((command) => [command.name, command]),
);
