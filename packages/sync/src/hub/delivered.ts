// What a device delivered and had to be deferred. Of a revoked one that is bounded: people look at it
// before there may be more, and the device keeps the rest.

import { revokedCommandsMax } from '../protocol/limits.ts';
import type { Deferred } from '../rows/deferred.ts';
import type { HeldRow } from '../rows/held-row.ts';
import { deferredKind } from '../rows/view-hash.ts';
import type { Batch } from './batch.ts';
import type { DeviceRecord } from './device-record.ts';

/** Whether a device may deliver one more command: everybody may, but for a revoked one that is full. */
export function hasRoom(batch: Batch, { device, revokedAt }: DeviceRecord): boolean {
  return revokedAt === undefined || waitingOf(batch, device) < revokedCommandsMax;
}

/** A command was sealed. What does not wait for people takes its room until the hub starts again. */
export function countIn(
  batch: Batch,
  { device, revokedAt }: DeviceRecord,
  isDeferred: boolean,
): void {
  if (revokedAt === undefined) return;
  batch.delivered.set(device, waitingOf(batch, device) + 1);
  if (!isDeferred) batch.besides.set(device, (batch.besides.get(device) ?? 0) + 1);
}

/** Counted over all rows once for a batch. */
function waitingOf(batch: Batch, device: string): number {
  const known = batch.delivered.get(device);
  if (known !== undefined) return known;
  const open = deferredOf(batch, device).filter(({ outcome }) => outcome === 'deferred').length;
  const all = open + (batch.ground.besides.get(device) ?? 0) + (batch.besides.get(device) ?? 0);
  batch.delivered.set(device, all);
  return all;
}

/** What became a row because it was deferred, and has not left at a turn since. */
export function deferredOf({ ground, overlay }: Batch, device: string): Deferred[] {
  const found = new Map<string, Deferred>();
  const take = (row: HeldRow): void => {
    if (!row.key.startsWith(`${deferredKind}/`) || row.body['device'] !== device) return;
    found.set(row.key, row.body as unknown as Deferred);
  };
  for (const row of ground.rows.values()) take(row);
  for (const write of overlay.writes.values()) if (write !== null) take(write);
  return [...found.values()];
}
