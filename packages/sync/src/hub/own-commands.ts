// Commands the engine itself brings: the turn, what did not come back, what was deferred, devices.
// They are decided, logged and chained like all others, so that the log alone rebuilds the store.

import * as z from 'zod/mini';
import { engineCommandVersion, engineCommands, knownAfterAll } from '../command/engine-commands.ts';
import type { Json } from '../json.ts';
import { strandedReportRowsMax } from '../protocol/limits.ts';
import { count, identifier, label, rowKey } from '../protocol/scalar.ts';
import type { Draft } from '../rows/draft.ts';
import { attentionKey, closeAttention, raise } from './attention.ts';
import { deviceCommands } from './device-commands.ts';
import { deviceSubject, findDevice } from './device-record.ts';
import { type OwnCommand, byHub, byManager, hubRole } from './own-command.ts';

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

/** `by` is the person on whose behalf the hub gives it: a manager's device, or the box. */
const decide: OwnCommand<{ id: string; apply: boolean; by?: string | undefined }> = {
  name: engineCommands.decide,
  roles: byManager,
  schema: z.strictObject({ id: identifier, apply: z.boolean(), by: z.optional(identifier) }),
  run: (draft, { id, apply, by }, powers, situation) =>
    powers.settle(draft, id, apply, situation.role !== hubRole || by !== undefined),
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
    if (draft.get(attentionKey(name)) !== undefined) return undefined;
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
  ...deviceCommands,
  missing,
  lacking,
  turn,
  decide,
  closeAttention,
  setClock,
  doubtClock,
  strange,
  stranded,
  recovered,
];
export const ownCommands: ReadonlyMap<string, OwnCommand> = new Map(
  list.map((command) => [command.name, command]),
);

/** Whether these are the args of one of the engine's own commands, and nothing else stands in them. */
export function fitsEngineCommand(name: string, v: number, args: Json): boolean {
  const own = ownCommands.get(name);
  return own !== undefined && v === engineCommandVersion && own.schema.safeParse(args).success;
}
