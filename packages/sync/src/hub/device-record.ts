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

/** The first letter that no paired device has. */
export function freeLetter(rows: RowReader): string {
  const taken = new Set<string>();
  for (const key of rows.keysOf(deviceSubject)) {
    const record = rows.find(key)?.body as DeviceRecord | undefined;
    if (record !== undefined) taken.add(record.letter);
  }
  let index = 0;
  while (taken.has(letterAt(index))) index += 1;
  return letterAt(index);
}
