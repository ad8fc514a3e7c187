// The rows that go with a verdict: the mutator's own, an archived subject that comes back, the row
// of a deferred command, and lines for the people of the shop.

import type { Command } from '../protocol/command.ts';
import { hold } from '../rows/held-row.ts';
import { Layer } from '../rows/layer.ts';
import { raise } from './attention.ts';
import type { Batch } from './batch.ts';
import { type Deferred, deferredKey } from '../rows/deferred.ts';
import type { DeviceRecord } from './device-record.ts';
import { noteReceipt } from './receipt-numbers.ts';
import type { Verdict } from './verdict.ts';

export function writesOf(
  batch: Batch,
  command: Command,
  record: DeviceRecord,
  verdict: Verdict,
): Layer {
  const seq = batch.seq + 1;
  const writes = verdict.writes ?? new Layer(batch.overlay);
  bringBack(batch, writes);
  const { refusal, outcome, subject } = verdict;
  const { id, n, name } = command;
  const { device } = record;
  const hubTimeMs = command.answered?.hubTimeMs ?? batch.ground.hubTimeMs;
  const about = { device, id, name, subject, hubTimeMs };
  if (outcome === 'deferred' && refusal !== undefined) {
    const view = batch.ground.domain.viewOf(record.role) ?? '';
    const first = { id, device, n, name, subject, firstSeq: seq };
    const body: Deferred = { ...first, outcome, ...refusal, view };
    writes.put(hold({ key: deferredKey(id), subject, seq, body: { ...body } }));
  }
  if (outcome !== 'ok' && refusal !== undefined) {
    raise(writes, { kind: outcome, ...about, ...refusal }, seq, 0);
  }
  const twice = noteReceipt(batch, writes);
  const flags = twice === undefined ? verdict.flags : [...verdict.flags, twice];
  for (const [index, flag] of flags.entries()) {
    raise(writes, { kind: 'strange', ...about, ...flag }, seq, index + 1);
  }
  return writes;
}

/** An archived subject that a command worked on comes back whole, as puts at the new seq. */
function bringBack({ archive, overlay, seq }: Batch, writes: Layer): void {
  if (archive.writes.size === 0) return;
  const subjects = new Set<string>();
  for (const write of writes.writes.values()) if (write !== null) subjects.add(write.subject);
  for (const [key, row] of archive.writes) {
    if (row === null || !subjects.has(row.subject)) continue;
    if (overlay.writes.has(key) || writes.writes.has(key)) continue;
    writes.put(hold({ ...row, seq: seq + 1 }, row.text));
  }
}
