// Stranded rows: what this device was told and the hub lost when it went back in time. They stay on
// the screen with a mark and are reported, until the hub tells them anew or a person lets them go.

import { engineCommands, knownAfterAll } from '../command/engine-commands.ts';
import { kindOf } from '../domain.ts';
import type { JsonObject } from '../json.ts';
import type { StoredRow } from '../ports/store.ts';
import { rowOf } from '../ports/store.ts';
import { strandedReportRowsMax } from '../protocol/limits.ts';
import type { Answered } from '../protocol/outcome.ts';
import { type HeldRow, bodyText, hold } from '../rows/held-row.ts';
import { engineKinds } from '../rows/engine-kinds.ts';
import { RowSet } from '../rows/row-set.ts';
import type { NewCommand, ReplicaState } from './state.ts';

/** What is known of one stranded row beside the row itself. */
interface Note {
  /** Whatever version the hub has up to this seq is older than this one. */
  hubSeq: number;
  /** The id of the command that reports it, given when it stranded: it can be reported once. */
  readonly report: string;
  isReported: boolean;
}

export interface Stranded {
  readonly rows: RowSet;
  readonly notes: Map<string, Note>;
  /** When rows stranded, or this run began: devices that come late may still bring them back. */
  sinceMs: number;
}

/** A device that brings its journal a little late must not fill the list of the whole shop first. */
const reportAfterMs = 60_000;
const reportsAtOnce = 8;

const prefix = 'stranded/';
export function noneStranded(sinceMs: number): Stranded {
  return { rows: new RowSet(), notes: new Map(), sinceMs };
}

/** In the storage they lie among the rows, so that they come and go in the same transaction. */
export function isStoredStranded(stored: StoredRow): boolean {
  return stored.key.startsWith(prefix);
}

export function restoreStranded({ rows, notes }: Stranded, stored: StoredRow): void {
  const { body, hubSeq, report, isReported } = JSON.parse(stored.text) as Note & {
    body: JsonObject;
  };
  const key = stored.key.slice(prefix.length);
  rows.put(hold({ ...rowOf(stored), key, body }));
  notes.set(key, { hubSeq, report, isReported });
}

/** What stands in the storage for a stranded row. */
function storedAs(row: HeldRow, note: Note): HeldRow {
  const { key, subject, seq, body } = row;
  return hold({ key: `${prefix}${key}`, subject, seq, body: { body, ...note } });
}

/**
 * Of the confirmed rows, those that stay although a snapshot of a new epoch has them no more. What
 * was removed in the new epoch is gone because people went on, and not because it was lost.
 */
export function strand(
  state: ReplicaState,
  snapshot: readonly HeldRow[],
  removed: readonly string[],
): void {
  const gone = new Set(removed);
  // What lies at or below this seq is in the hub's history: in its rows, its archive, or removed.
  const { keptTo = 0, newFrom = 0 } = state.welcome ?? {};
  for (const note of state.stranded.notes.values()) note.hubSeq = newFrom;
  const there = new Map(snapshot.map((row) => [row.key, row]));
  const lost = new Map<string, HeldRow[]>();
  for (const row of state.confirmed.values()) {
    const now = there.get(row.key);
    // What people saw last stays, whatever older copy is put back after that.
    if (state.stranded.notes.has(row.key)) continue;
    // The engine's own rows come back by their own ways.
    if (row.seq <= keptTo || gone.has(row.key) || engineKinds.has(kindOf(row.key))) continue;
    if (now !== undefined && (now.seq > newFrom || bodyText(now) === bodyText(row))) continue;
    const same = lost.get(row.subject) ?? [];
    lost.set(row.subject, [...same, row]);
  }
  for (const group of lost.values()) {
    let report = '';
    for (const [index, row] of group.entries()) {
      if (index % strandedReportRowsMax === 0) report = state.config.ids.next();
      state.stranded.rows.put(row);
      state.stranded.notes.set(row.key, { hubSeq: newFrom, report, isReported: false });
    }
  }
  if (lost.size > 0) state.stranded.sinceMs = state.now.monoMs;
}

/** The hub tells this row: whatever it says counts again, unless it is what it said before. */
export function unstrandTold(state: ReplicaState, row: HeldRow): void {
  const note = state.stranded.notes.get(row.key);
  if (note !== undefined && row.seq > note.hubSeq) unstrand(state, row.key);
}

export function unstrand(state: ReplicaState, key: string): void {
  if (!state.stranded.notes.delete(key)) return;
  state.stranded.rows.remove(key);
  state.unsaved.rows.set(`${prefix}${key}`, null);
  state.unsaved.any = true;
}

/** A person has dealt with it. */
export function letGo(state: ReplicaState, key: string): void {
  if (!state.stranded.notes.has(key)) return;
  unstrand(state, key);
  state.effects.push({ type: 'changed', keys: new Set([key]) });
}

/** All of it goes into the next save, which replaces whatever is stored. */
export function saveStranded(state: ReplicaState): void {
  const { rows, notes } = state.stranded;
  for (const row of rows.values()) {
    const stored = storedAs(row, notes.get(row.key)!);
    state.unsaved.rows.set(stored.key, stored);
  }
}

/** The reports that are due, a few at a time: one command for the rows of a subject. */
export function reportsDue(state: ReplicaState): NewCommand[] {
  const { stranded, now, live, unsaved, saving, pending } = state;
  if (stranded.notes.size === 0) return [];
  if (!live || saving || unsaved.any || now.monoMs - stranded.sinceMs < reportAfterMs) return [];
  const due = new Map<string, NewCommand & { args: { rows: JsonObject[] } }>();
  let underWay = 0;
  for (const { name } of pending.values()) if (name === engineCommands.stranded) underWay += 1;
  for (const [key, { hubSeq, report, isReported }] of stranded.notes) {
    if (isReported || pending.has(report)) continue;
    const { subject } = stranded.rows.find(key)!;
    const reported = due.get(report);
    if (reported !== undefined) reported.args.rows.push({ key, seq: hubSeq });
    else if (underWay + due.size < reportsAtOnce) {
      const args = { subject, rows: [{ key, seq: hubSeq }] };
      due.set(report, { id: report, name: engineCommands.stranded, args });
    }
  }
  return [...due.values()];
}

/** A report was decided: people know of the rows, or the hub had them in its archive. */
export function reportAnswered(state: ReplicaState, id: string, answered: Answered): void {
  const { rows, notes } = state.stranded;
  if (notes.size === 0) return;
  const keys = new Set<string>();
  for (const [key, note] of notes) if (note.report === id) keys.add(key);
  for (const key of keys) {
    if (answered.code === knownAfterAll) {
      unstrand(state, key);
      continue;
    }
    const note = notes.get(key)!;
    note.isReported = true;
    const stored = storedAs(rows.find(key)!, note);
    state.unsaved.rows.set(stored.key, stored);
  }
  if (keys.size > 0) state.effects.push({ type: 'changed', keys });
}
