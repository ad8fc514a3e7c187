// A paired device as the hub knows it: a row like any other, so that pairing is in the log too.

import * as z from 'zod/mini';
import { count, identifier, label } from '../protocol/scalar.ts';
import type { RowReader } from '../rows/row-set.ts';

export const deviceRecordSchema = z.strictObject({
  device: identifier,
  /** Ed25519, base64url. */
  publicKey: label,
  name: label,
  /** Stands before its order numbers: `B` of `B17`. */
  letter: label,
  role: label,
  /** SHA-256 in hex of a token that a program made for itself. */
  bearerHash: z.optional(label),
  /** The seq at which it was put away: it may deliver and is told nothing. */
  retiredAt: z.optional(count),
  /** Hub time of that: its letter is free a week later. */
  retiredMs: z.optional(z.number()),
  /** The seq of its revocation. */
  revokedAt: z.optional(count),
});
export type DeviceRecord = z.infer<typeof deviceRecordSchema>;

export const deviceSubject = 'device';

export function deviceKey(device: string): string {
  return `device/${device}`;
}

export function findDevice(rows: RowReader, device: string): DeviceRecord | undefined {
  return rows.find(deviceKey(device))?.body as DeviceRecord | undefined;
}

/** Letters in order of use: A to Z without the look-alikes I and O, then AA, AB … */
function letterAt(index: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
  const last = letters[index % letters.length]!;
  return index < letters.length ? last : letterAt(Math.floor(index / letters.length) - 1) + last;
}

/** Whether it is one that a hub may have given. */
export function isLetter(text: string): boolean {
  return /^[A-HJ-NP-Z]{1,3}$/.test(text);
}

/** All paired devices, also those that were put away or kept out. */
export function* deviceRecords(rows: RowReader): Iterable<DeviceRecord> {
  for (const key of rows.keysOf(deviceSubject)) {
    const body = key.startsWith('device/') ? rows.find(key)?.body : undefined;
    if (body !== undefined) yield body as DeviceRecord;
  }
}

/** So long nobody gets the letter of a device that was put away: it stands on what is still about. */
const letterKeptMs = 7 * 86_400_000;

/** The device that has this letter. */
export function holderOf(rows: RowReader, letter: string, hubTimeMs: number): string | undefined {
  for (const record of deviceRecords(rows)) {
    const { retiredMs = Infinity } = record;
    const isFree = hubTimeMs - retiredMs >= letterKeptMs;
    if (record.letter === letter && !isFree) return record.device;
  }
  return undefined;
}

/** Only who is present is told rows; the others may deliver. */
export type Standing = 'present' | 'retired' | 'revoked';

export function standingOf({ retiredAt, revokedAt }: DeviceRecord): Standing {
  if (revokedAt !== undefined) return 'revoked';
  return retiredAt === undefined ? 'present' : 'retired';
}

/** The letter that a device had where nobody has it, else the first that nobody has. */
export function freeLetter(rows: RowReader, hubTimeMs: number, had?: string): string {
  const isFree = (letter: string): boolean => holderOf(rows, letter, hubTimeMs) === undefined;
  if (had !== undefined && isLetter(had) && isFree(had)) return had;
  let index = 0;
  while (!isFree(letterAt(index))) index += 1;
  return letterAt(index);
}
