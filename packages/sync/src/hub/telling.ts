// Telling the views what was committed: each view encoded once, at most once in `tellEveryMs`, to
// every live device of it. What a view does not show costs it nothing.

import { tellEveryMs } from '../protocol/limits.ts';
import type { HeldRow } from '../rows/held-row.ts';
import type { Write } from '../rows/layer.ts';
import { shown } from '../rows/view-hash.ts';
import { catchUpFrames, frames, isTooLong, shownText } from './catch-up.ts';
import { type HubState, type Open, type ViewState, send } from './state.ts';

export function viewState(state: HubState, name: string): ViewState | undefined {
  const known = state.views.get(name);
  if (known !== undefined) return known;
  const view = state.config.domain.views.get(name);
  if (view === undefined) return undefined;
  const made = { name, view, live: new Map(), from: state.at.seq, dirty: new Set<string>() };
  state.views.set(name, made);
  return made;
}

/** A device has everything of its view through the head: it is told from now on. */
export function goLive(state: HubState, session: Open): void {
  const { view } = session;
  if (view === undefined) return;
  if (view.live.size === 0) {
    view.from = state.at.seq;
    view.dirty.clear();
  }
  session.mode = 'live';
  view.live.set(session.socket, session);
}

export function goSilent(session: Open): void {
  session.view?.live.delete(session.socket);
}

/** Remembers a committed change of one row for the views that show it, before or after. */
export function note(
  state: HubState,
  key: string,
  before: HeldRow | undefined,
  after: Write,
): void {
  for (const view of state.views.values()) {
    if (view.live.size === 0 || view.dirty.has(key)) continue;
    const shows =
      (after !== null && shown(view.name, view.view, after) !== undefined) ||
      (before !== undefined && shown(view.name, view.view, before) !== undefined);
    if (shows) view.dirty.add(key);
  }
}

/** Tells at once when the last telling is old enough, else together with what follows. */
export function tellSoon(state: HubState): void {
  const dueMs = state.toldAtMs + tellEveryMs;
  if (state.now.monoMs >= dueMs) tell(state);
  else if (!state.tellTimer) {
    state.tellTimer = true;
    state.effects.push({ type: 'timer', atMonoMs: dueMs });
  }
}

export function tell(state: HubState): void {
  state.toldAtMs = state.now.monoMs;
  state.tellTimer = false;
  for (const view of state.views.values()) if (view.live.size > 0) tellView(state, view);
  state.moved.clear();
}

function tellView(state: HubState, view: ViewState): void {
  const puts: string[] = [];
  const removed: string[] = [];
  for (const key of view.dirty) {
    const row = state.rows.find(key);
    const text = row === undefined ? undefined : shownText(view, row);
    if (text === undefined) removed.push(JSON.stringify(key));
    else puts.push(text);
  }
  view.dirty.clear();
  const lastN: Record<string, number> = {};
  const movers: Open[] = [];
  for (const device of state.moved) {
    const session = state.openByDevice.get(device);
    if (session?.view !== view || session.mode !== 'live') continue;
    lastN[device] = state.lastN.get(device) ?? 0;
    movers.push(session);
  }
  const isEmpty = puts.length === 0 && removed.length === 0;
  const to = isEmpty ? movers : [...view.live.values()];
  if (to.length === 0) return;
  const text =
    `{"type":"changes","from":${view.from},"at":${JSON.stringify(state.at)},` +
    `"puts":[${puts.join(',')}],"removed":[${removed.join(',')}],"lastN":${JSON.stringify(lastN)}}`;
  const texts = isTooLong(text) ? frames(state, view.from, puts, removed) : [text];
  for (const frame of texts) send(state, to, frame);
  for (const session of to) {
    session.told = state.at.seq;
    session.seq = state.at.seq;
  }
  if (!isEmpty) view.from = state.at.seq;
}

/** After the turn nothing can be told as a change: every live device gets its view anew. */
export function tellAnew(state: HubState): void {
  for (const view of state.views.values()) {
    view.dirty.clear();
    if (view.live.size === 0) continue;
    const to = [...view.live.values()];
    for (const frame of catchUpFrames(state, view, undefined)) send(state, to, frame);
    for (const session of to) {
      session.told = state.at.seq;
      session.seq = state.at.seq;
    }
    view.from = state.at.seq;
  }
  state.moved.clear();
  state.toldAtMs = state.now.monoMs;
}
