// Deferred commands: recorded, without effect, shown to people, settled later. Each is a row of its
// device's view, so that the device learns its fate whenever they meet again.

import * as z from 'zod/mini';
import { count, identifier, label, rowKey } from '../protocol/scalar.ts';
import { outcomeSchema } from '../protocol/outcome.ts';
import type { RowReader } from './row-set.ts';
import { deferredKind } from './view-hash.ts';

export const deferredSchema = z.strictObject({
  id: identifier,
  device: identifier,
  n: count,
  name: label,
  subject: rowKey,
  /** Of its first decision: the row gets a new seq whenever its reason changes. */
  firstSeq: count,
  /** `deferred` while open; then what it was settled as. */
  outcome: outcomeSchema,
  code: label,
  message: z.string(),
  /** The view of its device. */
  view: label,
});
export type Deferred = z.infer<typeof deferredSchema>;

/** The subject of deferred commands that nobody here could read. */
export const unreadSubject = 'unread';

export function deferredKey(id: string): string {
  return `${deferredKind}/${id}`;
}

export function findDeferred(rows: RowReader, id: string): Deferred | undefined {
  return rows.find(deferredKey(id))?.body as Deferred | undefined;
}

/** Whether a command of `device` on `subject` from before `n` still waits to be settled. */
export function isBehindDeferred(
  rows: RowReader,
  device: string,
  n: number,
  subject: string,
): boolean {
  for (const key of rows.keysOf(subject)) {
    if (!key.startsWith(`${deferredKind}/`)) continue;
    const body = rows.find(key)?.body as Deferred | undefined;
    if (body?.device === device && body.outcome === 'deferred' && body.n < n) return true;
  }
  return false;
}
