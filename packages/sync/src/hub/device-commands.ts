// The engine's own commands about devices: who is let in, what it is called, what it may do, and who
// is put away or kept out. The device table is rows like any other, so all of it is in the log.

import * as z from 'zod/mini';
import { engineCommands } from '../command/engine-commands.ts';
import type { Domain, Refusal } from '../domain.ts';
import type { JsonObject } from '../json.ts';
import { identifier, label } from '../protocol/scalar.ts';
import { deferredKey } from '../rows/deferred.ts';
import type { Draft } from '../rows/draft.ts';
import {
  type DeviceRecord,
  deviceKey,
  deviceRecordSchema,
  deviceSubject,
  findDevice,
  freeLetter,
  holderOf,
  standingOf,
} from './device-record.ts';
import { type OwnCommand, type Powers, byHub, byManager, hubRole, isHubId } from './own-command.ts';

/** What stands on other people's screens: one line that reads in the direction in which it is written. */
const deviceName = label.check(
  z.regex(/^[^\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u, {
    error: 'must be without control characters and signs that turn the direction of writing',
  }),
);

/** The manager on whose behalf the hub gives a command: the log says who it was. */
const by = z.optional(identifier);

const pair: OwnCommand<{
  device: string;
  publicKey: string;
  name: string;
  role: string;
  letter?: string | undefined;
  bearerHash?: string | undefined;
  by?: string | undefined;
}> = {
  name: engineCommands.pair,
  roles: byHub,
  schema: z.strictObject({
    device: identifier,
    publicKey: label,
    name: deviceName,
    role: label,
    letter: z.optional(label),
    bearerHash: z.optional(label),
    by,
  }),
  run(draft, { device, publicKey, name, role, letter: had, bearerHash }, powers, situation) {
    if (isHubId(device)) return taken;
    const known = findDevice(draft.layer, device);
    if (known?.revokedAt !== undefined) return revoked(known);
    if (known?.publicKey === publicKey) return undefined;
    if (known !== undefined) return taken;
    const unfit = whyNotThisRole(powers.domain, role);
    if (unfit !== undefined) return unfit;
    const letter = freeLetter(draft.layer, situation.hubTimeMs, had);
    const bearer = bearerHash === undefined ? {} : { bearerHash };
    write(draft, { device, publicKey, name, letter, role, ...bearer });
    return undefined;
  },
};

const vouched: OwnCommand<{ device: string; publicKey: string; former: string }> = {
  name: engineCommands.vouched,
  roles: byHub,
  schema: z.strictObject({ device: identifier, publicKey: label, former: identifier }),
  run(draft, { device, publicKey, former }, _powers, { hubTimeMs }) {
    if (isHubId(device)) return taken;
    const record = findDevice(draft.layer, former);
    if (record === undefined || standingOf(record) !== 'present') {
      return { code: 'UNKNOWN_DEVICE', message: 'Nobody here can vouch for this device.' };
    }
    if (findDevice(draft.layer, device) !== undefined) return undefined;
    const { name, role } = record;
    const letter = freeLetter(draft.layer, hubTimeMs);
    write(draft, { device, publicKey, name, letter, role });
    draft.flag(
      'WAS_A_COPY',
      `${name} was a copy of another device and is its own now (${letter}).`,
    );
    return undefined;
  },
};

const rename: OwnCommand<{ device: string; name: string; by?: string | undefined }> = {
  name: engineCommands.rename,
  roles: byManager,
  schema: z.strictObject({ device: identifier, name: deviceName.check(z.minLength(1)), by }),
  run(draft, { device, name }) {
    const record = findDevice(draft.layer, device);
    if (record === undefined) return unknown;
    if (record.name !== name) write(draft, { ...record, name });
    return undefined;
  },
};

const changeRole: OwnCommand<{ device: string; role: string; by?: string | undefined }> = {
  name: engineCommands.changeRole,
  roles: byManager,
  schema: z.strictObject({ device: identifier, role: label, by }),
  run(draft, { device, role }, powers) {
    const record = findDevice(draft.layer, device);
    if (record === undefined) return unknown;
    if (record.revokedAt !== undefined) return revoked(record);
    const unfit = whyNotThisRole(powers.domain, role);
    if (unfit !== undefined) return unfit;
    if (record.role === role) return undefined;
    // A token is for the programs that made it for themselves, and for nothing they become.
    const { bearerHash: _bearerHash, ...kept } = record;
    become(draft, powers, { ...kept, role });
    return undefined;
  },
};

const retire: OwnCommand<{ device: string; by?: string | undefined }> = {
  name: engineCommands.retire,
  roles: byManager,
  schema: z.strictObject({ device: identifier, by }),
  run(draft, { device }, powers, situation) {
    const record = findDevice(draft.layer, device);
    if (record === undefined) return unknown;
    if (record.revokedAt !== undefined) return revoked(record);
    if (record.retiredAt !== undefined) return undefined;
    write(draft, { ...record, retiredAt: powers.seq, retiredMs: situation.hubTimeMs });
    return undefined;
  },
};

const revoke: OwnCommand<{ device: string; by?: string | undefined }> = {
  name: engineCommands.revoke,
  roles: byManager,
  schema: z.strictObject({ device: identifier, by }),
  run(draft, { device }, powers) {
    const record = findDevice(draft.layer, device);
    if (record === undefined) return unknown;
    if (record.revokedAt === undefined) write(draft, { ...record, revokedAt: powers.seq });
    return undefined;
  },
};

/** What the sidecar knows of a device that an older copy of the store does not, or knows otherwise. */
const restored: OwnCommand<{ record: DeviceRecord }> = {
  name: engineCommands.restored,
  roles: byHub,
  schema: z.strictObject({ record: deviceRecordSchema }),
  run(draft, { record }, powers, { hubTimeMs }) {
    const { device, name, role, letter } = record;
    if (isHubId(device)) return taken;
    if (role === hubRole) return whyNotThisRole(powers.domain, role);
    const here = findDevice(draft.layer, device);
    const isFree = [undefined, device].includes(holderOf(draft.layer, letter, hubTimeMs));
    const { bearerHash, ...kept } = { ...record, ...here };
    const token = here === undefined || here.role === role ? bearerHash : record.bearerHash;
    become(draft, powers, {
      ...kept,
      ...(token === undefined ? {} : { bearerHash: token }),
      name,
      role,
      letter: isFree ? letter : (here?.letter ?? freeLetter(draft.layer, hubTimeMs)),
      ...sinceHere('retiredAt', here, record, powers.seq),
      ...sinceHere('revokedAt', here, record, powers.seq),
    });
    return undefined;
  },
};

/** Whoever was put away or kept out stays so; the seq is one of this history. */
function sinceHere(
  what: 'retiredAt' | 'revokedAt',
  here: DeviceRecord | undefined,
  record: DeviceRecord,
  seq: number,
): Partial<DeviceRecord> {
  const since = here?.[what] ?? (record[what] === undefined ? undefined : seq);
  return since === undefined ? {} : { [what]: since };
}

/** Its deferred commands are told in its view: they move there with it. */
function become(draft: Draft, powers: Powers, record: DeviceRecord): void {
  write(draft, record);
  const view = powers.domain.viewOf(record.role) ?? '';
  for (const deferred of powers.deferredOf(record.device)) {
    if (deferred.view === view) continue;
    draft.putOwn(deferredKey(deferred.id), deferred.subject, { ...deferred, view });
  }
}

function write(draft: Draft, record: DeviceRecord): void {
  draft.putOwn(deviceKey(record.device), deviceSubject, { ...record } as JsonObject);
}

function whyNotThisRole(domain: Domain, role: string): Refusal | undefined {
  if (role !== hubRole && domain.viewOf(role) !== undefined) return undefined;
  // Not what was given: whatever stood there would be in the log for good.
  return { code: 'NO_SUCH_ROLE', message: 'There is no such role.' };
}

const unknown: Refusal = { code: 'UNKNOWN_DEVICE', message: 'There is no such device.' };
const taken: Refusal = {
  code: 'TAKEN',
  message: 'That id is another device’s. Pair this one with a code.',
};

function revoked({ name }: DeviceRecord): Refusal {
  const message = `${name} was revoked and stays out. Pair it anew with a code if it may come back.`;
  return { code: 'REVOKED', message };
}

export const deviceCommands: readonly OwnCommand[] = [
  pair,
  vouched,
  rename,
  changeRole,
  retire,
  revoke,
  restored,
];
