// What the engine's own commands may do to a batch beyond writing rows.

import type { Refusal, Row } from '../domain.ts';
import { decisionText } from '../chain.ts';
import { isEngineCommand } from '../command/engine-commands.ts';
import type { Command } from '../protocol/command.ts';
import type { Draft } from '../rows/draft.ts';
import { hold } from '../rows/held-row.ts';
import type { Batch } from './batch.ts';
import { type Deferred, deferredKey, findDeferred, unreadSubject } from '../rows/deferred.ts';
import { deferredOf } from './delivered.ts';
import { deviceSubject, findDevice } from './device-record.ts';
import { decidedOf } from './known.ts';
import type { Powers } from './own-command.ts';
import { isReceiptSubject, noteReceipt } from './receipt-numbers.ts';
import { type Verdict, hubRecord, refused } from './verdict.ts';
import { type LoggedCommand, kept, verdictOnWithheld } from './withheld.ts';

export function powersOf(batch: Batch): Powers {
  return {
    domain: batch.ground.domain,
    get day() {
      return batch.day;
    },
    get seq() {
      return batch.seq + 1;
    },
    setLastN(device, n) {
      if (n > batch.lastNOf(device)) batch.lastN.set(device, n);
    },
    turn: (day) => turn(batch, day),
    endRecovery() {
      batch.isRecoveryEnded = true;
    },
    setClock(hubTimeMs) {
      batch.clockSetMs = hubTimeMs;
    },
    deferredOf: (device) => deferredOf(batch, device),
    settle: (draft, id, apply, force) => settle(batch, draft, id, apply, force),
  };
}

/** The change of business day: the only moment when rows leave the working set. */
function turn(batch: Batch, day: string): void {
  batch.day = day;
  batch.floor = batch.seq + 1;
  const subjects = new Set(batch.ground.rows.subjects());
  // What came in the same batch has its day behind it as well.
  for (const write of batch.overlay.writes.values())
    if (write !== null) subjects.add(write.subject);
  for (const subject of subjects) {
    const rows: Row[] = [];
    for (const key of batch.overlay.keysOf(subject)) rows.push(batch.overlay.find(key)!);
    batch.archived.push(...leaving(batch, subject, rows, day));
  }
}

function leaving(batch: Batch, subject: string, rows: readonly Row[], day: string): string[] {
  if (subject === deviceSubject || subject.startsWith('attention')) return [];
  if (isReceiptSubject(subject)) return rows.map((row) => row.key);
  if (subject === unreadSubject) return rows.filter((row) => !isOpen(row)).map((row) => row.key);
  if (rows.some(isOpen) || !batch.ground.domain.leavesAtTurn(subject, rows, day)) return [];
  return rows.map((row) => row.key);
}

function isOpen(row: Row): boolean {
  return row.key.startsWith('deferred/') && row.body['outcome'] === 'deferred';
}

/** Decides a deferred command again. What still cannot be carried out stays deferred. */
function settle(
  batch: Batch,
  draft: Draft,
  id: string,
  apply: boolean,
  force: boolean,
): Refusal | undefined {
  const row = findDeferred(batch.overlay, id);
  const known = batch.known.find(id);
  if (row === undefined || known === undefined || row.outcome !== 'deferred') return undefined;
  const { body } = known.entry;
  const receiptBefore = batch.receipt;
  const logged: LoggedCommand = { ...(JSON.parse(body) as Command), n: row.n, id };
  const command = kept(batch.ground.domain, logged);
  if (apply && isEngineCommand(command.name)) {
    return { code: 'NOT_AGAIN', message: 'This can only be asked anew, not decided again.' };
  }
  const verdict = apply
    ? (verdictOnWithheld(command) ?? rejudge(batch, command, body, row.device, force))
    : refused('rejected', { code: 'DECIDED_AGAINST', message: 'A person decided against it.' }, '');
  if (verdict.outcome !== 'ok') batch.giveReceiptBack(receiptBefore);
  // The hub tries by itself, and it is no news that it cannot yet; a person is told why. What was
  // done once is not refused by such a try: the device that has the missing rows may come later.
  const wasOk = command.answered?.outcome === 'ok' && verdict.outcome === 'rejected';
  if (!force && apply && wasOk) return undefined;
  const { outcome, refusal } = verdict;
  if (outcome === 'deferred' && force) return refusal;
  if (outcome === 'deferred') return restate(draft, row, verdict, batch.seq + 1);
  const twice = noteReceipt(batch, draft.layer);
  if (twice !== undefined) draft.flag(twice.code, twice.message);
  if (verdict.writes !== undefined) draft.layer.absorb(verdict.writes);
  const seq = batch.seq + 1;
  const settled = { ...row, outcome, code: refusal?.code ?? '', message: refusal?.message ?? '' };
  draft.layer.put(hold({ key: deferredKey(id), subject: row.subject, seq, body: settled }));
  const { hubTimeMs, day, late } = known.decision;
  const decision = {
    outcome,
    ...refusal,
    hubTimeMs,
    day,
    ...(late === undefined ? {} : { late }),
    ...(batch.receiptTaken === undefined ? {} : { receipt: batch.receiptTaken }),
  };
  batch.settled.push({ id, seq, decision: decisionText(decision) });
  batch.known.settle(id, seq, decision);
  batch.news.push({ device: row.device, decided: decidedOf(row.n, batch.known.find(id)!) });
  return undefined;
}

/** It may wait for another reason now, and on a subject that can be read now: people have to know. */
function restate(draft: Draft, row: Deferred, verdict: Verdict, seq: number): undefined {
  const { subject } = verdict;
  const { code, message } = verdict.refusal!;
  if (code === row.code && subject === row.subject) return;
  const body = { ...row, subject, code, message };
  draft.layer.put(hold({ key: deferredKey(row.id), subject, seq, body }));
}

function rejudge(
  batch: Batch,
  command: Command,
  body: string,
  device: string,
  force: boolean,
): Verdict {
  // What an earlier run of the hub gave has no record: every run is a device of its own.
  const record = findDevice(batch.overlay, device) ?? hubRecord(device);
  return batch.judge(command, body, record, batch.situationOf(command, record), force);
}
