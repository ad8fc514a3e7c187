// Catch-up: one read of the working set, as a delta from a seq or as the whole view, in parts. Made
// once for all who ask from the same place.

import { isLongerThan, utf8Length } from '../json.ts';
import { frameBytesMax, partBytes } from '../protocol/limits.ts';
import { type HeldRow, rowText, wireText } from '../rows/held-row.ts';
import { mayShow, shown } from '../rows/view-hash.ts';
import { type HubState, type Open, type ViewState, send } from './state.ts';

const catchUpsKept = 64;

/** Whether a delta from `seq` can be told at all: nothing left the working set since. */
export function isAboveFloor(state: HubState, seq: number): boolean {
  return seq >= state.floor && seq <= state.at.seq;
}

/** Writes what happened to `session`'s view since `from`, or all of it where `from` is undefined. */
export function catchUp(state: HubState, session: Open, from: number | undefined): void {
  if (session.view === undefined) return;
  for (const text of catchUpFrames(state, session.view, from)) send(state, [session], text);
  session.seq = state.at.seq;
  session.told = state.at.seq;
}

/** The frames, memoised until the next commit. */
export function catchUpFrames(
  state: HubState,
  view: ViewState,
  from: number | undefined,
): readonly string[] {
  const name = `${view.name} ${from ?? 'all'}`;
  const made = state.catchUps.get(name);
  if (made !== undefined) return made;
  const fresh = make(state, view, from);
  if (state.catchUps.size >= catchUpsKept) state.catchUps.clear();
  state.catchUps.set(name, fresh);
  return fresh;
}

function make(state: HubState, view: ViewState, from: number | undefined): readonly string[] {
  const puts: string[] = [];
  const removed: string[] = [];
  const since = from ?? -1;
  // A snapshot needs no removals, but that a device may hold rows of an epoch that ended: it has to
  // know which of them the hub has lost, and which are gone because people went on.
  const goneSince = from ?? (state.epochs.length > 1 ? state.epochs.at(-1)!.beganAt : Infinity);
  for (const row of state.rows.values()) {
    if (row.seq <= since || !mayShow(view.view, row.key)) continue;
    const text = shownText(view, row);
    if (text !== undefined) puts.push(text);
    else if (row.seq > goneSince) removed.push(JSON.stringify(row.key));
  }
  for (const [key, seq] of state.tombstones) {
    if (seq > goneSince && mayShow(view.view, key)) removed.push(JSON.stringify(key));
  }
  const isDearer = from !== undefined && removed.length > state.rows.size;
  return isDearer ? make(state, view, undefined) : frames(state, from, puts, removed);
}

/** A row as `view` shows it, as it stands in a frame; undefined where it does not. */
export function shownText(view: ViewState, row: HeldRow): string | undefined {
  const body = shown(view.name, view.view, row);
  if (body === undefined) return undefined;
  return body === row.body ? wireText(row) : rowText(row, JSON.stringify(body));
}

/** Begin, parts and end, from rows and keys as texts; a snapshot where `from` is undefined. */
export function frames(
  state: HubState,
  from: number | undefined,
  puts: readonly string[],
  removed: readonly string[],
): readonly string[] {
  const parts = [
    ...packed(puts, '"puts":[', '],"removed":[]'),
    ...packed(removed, '"puts":[],"removed":[', ']'),
  ];
  state.catchUpsMade += 1;
  const id = state.catchUpsMade;
  const kind = from === undefined ? 'snapshot' : 'delta';
  const head = { type: 'catchUpBegin', id, kind, from: from ?? 0, parts: parts.length };
  const begin = JSON.stringify(head);
  const lastN = Object.fromEntries(state.lastN);
  const end = JSON.stringify({ type: 'catchUpEnd', id, at: state.at, lastN });
  const numbered = parts.map(
    (part, index) => `{"type":"catchUpPart","id":${id},"part":${index},${part}}`,
  );
  return [begin, ...numbered, end];
}

/** Joins texts into as few parts as `partBytes` allows. */
function packed(texts: readonly string[], open: string, close: string): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const textBytes = utf8Length(text);
    if (bytes + textBytes > partBytes && part.length > 0) {
      parts.push(open + part.join(',') + close);
      part = [];
      bytes = 0;
    }
    part.push(text);
    bytes += textBytes + 1;
  }
  if (part.length > 0) parts.push(open + part.join(',') + close);
  return parts;
}

/** A telling this long goes out as a catch-up instead. */
export function isTooLong(text: string): boolean {
  return isLongerThan(text, frameBytesMax);
}
