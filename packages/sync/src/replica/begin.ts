// A device's half as it is when its program starts: made from what its storage holds.

import type { Moment } from '../ports/clock.ts';
import type { DeviceImage, OutboxEntry } from '../ports/device-storage.ts';
import { rowOf } from '../ports/store.ts';
import { hold } from '../rows/held-row.ts';
import { Layer } from '../rows/layer.ts';
import { RowSet } from '../rows/row-set.ts';
import { rebase } from './rebase.ts';
import { type Pending, type ReplicaConfig, type ReplicaState, emptyUnsaved } from './state.ts';
import { isStoredStranded, noneStranded, restoreStranded } from './stranded.ts';

/** What a device starts with: its rows, its own commands on top, no connection. */
export function begin(config: ReplicaConfig, image: DeviceImage, now: Moment): ReplicaState {
  const confirmed = new RowSet();
  const stranded = noneStranded(now.monoMs);
  for (const stored of image.rows) {
    if (isStoredStranded(stored)) restoreStranded(stranded, stored);
    else confirmed.put(hold(rowOf(stored), stored.text));
  }
  const state: ReplicaState = {
    config,
    run: config.ids.next(),
    now,
    hubOffsetMs: now.wallMs - now.monoMs,
    confirmed,
    stranded,
    overlay: new Layer(confirmed),
    at: image.at,
    lastN: image.lastN,
    proof: image.proof,
    view: image.view,
    answered: image.answered,
    lowest: image.lowest,
    pending: new Map(),
    deferred: new Map(),
    link: 'waiting',
    linkUntilMs: now.monoMs,
    attempts: 0,
    challenge: undefined,
    signature: '',
    welcome: undefined,
    role: config.role,
    name: config.name,
    letter: config.letter,
    keptOut: undefined,
    isUnknown: false,
    live: false,
    askedAtMs: undefined,
    catchUp: undefined,
    offeredTo: undefined,
    pruneThrough: undefined,
    doubted: new Map(),
    pruneAtMs: -Infinity,
    offered: new Map(),
    sent: 0,
    progressAtMs: now.monoMs,
    pausedUntilMs: 0,
    heardAtMs: now.monoMs,
    spokeAtMs: now.monoMs,
    pingAtMs: undefined,
    drawnStations: undefined,
    appending: [],
    unappended: [],
    saving: false,
    saveAtMs: -Infinity,
    change: undefined,
    unsaved: emptyUnsaved(),
    effects: [{ type: 'timer', atMonoMs: now.monoMs }],
  };
  restorePending(state, image);
  rebase(state);
  return state;
}

function restorePending(state: ReplicaState, image: DeviceImage): void {
  const answers = new Map(image.unsettled.map(({ id, answered }) => [id, answered]));
  const held: OutboxEntry[] = [...image.outbox, ...image.unsettled];
  held.sort((one, other) => one.n - other.n);
  for (const entry of held) {
    const answered = answers.get(entry.id);
    if (answered?.outcome === 'deferred') {
      state.deferred.set(entry.id, { ...entry, answered });
      continue;
    }
    const command = JSON.parse(entry.text) as Omit<Pending, 'text' | 'n' | 'answered' | 'refusal'>;
    const { id, text, n } = entry;
    state.pending.set(id, { ...command, text, n, answered, refusal: undefined });
  }
}
