// The list for people: what was refused, set aside or strange. Bounded per device; past the bound
// one entry counts the rest, so that a mad device cannot fill the shop's list.

import * as z from 'zod/mini';
import { engineCommands } from '../command/engine-commands.ts';
import type { Refusal } from '../domain.ts';
import { openAttentionMax } from '../protocol/limits.ts';
import { identifier, rowKey } from '../protocol/scalar.ts';
import { findDeferred } from '../rows/deferred.ts';
import { hold } from '../rows/held-row.ts';
import type { Layer } from '../rows/layer.ts';
import { type OwnCommand, byManager } from './own-command.ts';

export interface AttentionEntry extends Refusal {
  readonly kind: 'rejected' | 'deferred' | 'strange';
  readonly device: string;
  /** The command it came from, and that command's subject. */
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly hubTimeMs: number;
}

export function attentionKey(name: string): string {
  return `attention/${name}`;
}

function attentionSubject(device: string): string {
  return `attention:${device}`;
}

/**
 * Writes `entry` under `attention/<command id>.<part>`, or counts it where the list is full. What
 * several devices may raise about one thing is written under the name of the thing instead.
 */
export function raise(
  layer: Layer,
  entry: AttentionEntry,
  seq: number,
  part: number,
  name = `${entry.id}.${part}`,
): void {
  const subject = attentionSubject(entry.device);
  const more = attentionKey(`more:${entry.device}`);
  if ([...layer.keysOf(subject)].length < openAttentionMax) {
    const body = { ...entry };
    layer.put(hold({ key: attentionKey(name), subject, seq, body }));
    return;
  }
  const before = layer.find(more)?.body['count'];
  const count = (typeof before === 'number' ? before : 0) + 1;
  const body = { kind: 'strange', device: entry.device, code: 'MORE', count };
  layer.put(hold({ key: more, subject: 'attention', seq, body }));
}

/** Somebody dealt with an entry: it leaves the list. What nobody has decided on yet stays in it. */
export const closeAttention: OwnCommand<{ entry: string; by?: string | undefined }> = {
  name: engineCommands.closeAttention,
  roles: byManager,
  schema: z.strictObject({ entry: rowKey, by: z.optional(identifier) }),
  run(draft, { entry }) {
    const { kind, id } = draft.get(attentionKey(entry)) ?? {};
    if (kind === 'deferred' && findDeferred(draft.layer, id as string)?.outcome === 'deferred') {
      const message = 'This still waits. First decide whether it is carried out or not.';
      return { code: 'STILL_WAITS', message };
    }
    if (kind !== undefined) draft.layer.remove(attentionKey(entry));
    return undefined;
  },
};
