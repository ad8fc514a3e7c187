// The hub's half as it is when its process starts: made from what its store holds.

import { stampOf } from '../chain.ts';
import type { Moment } from '../ports/clock.ts';
import { type StoreImage, rowOf } from '../ports/store.ts';
import { hold } from '../rows/held-row.ts';
import { RowSet } from '../rows/row-set.ts';
import { startClock } from './hub-clock.ts';
import type { HubConfig, HubState } from './state.ts';

/** What a hub starts with: its rows, no device, nothing under way. */
export function begin(
  config: HubConfig,
  image: StoreImage,
  now: Moment,
  receiptWitnessed: number,
): HubState {
  const rows = new RowSet();
  for (const stored of image.rows) rows.put(hold(rowOf(stored), stored.text));
  const { number, id } = image.epochs.at(-1)!;
  const at = { epoch: { number, id }, ...image.head };
  const receipt = Math.max(image.receipt, receiptWitnessed);
  return {
    config,
    store: image.store,
    rows,
    tombstones: new Map(image.tombstones.map(({ key, seq }) => [key, seq])),
    lastN: new Map(image.lastN),
    epochs: image.epochs,
    at: { ...at, stamp: stampOf(config.hash, config.stampKey, at) },
    floor: image.floor,
    receipt,
    receiptAtOpening: receipt,
    day: image.day,
    clock: startClock(image.hubTimeMs, now),
    now,
    sessions: new Map(),
    openByDevice: new Map(),
    views: new Map(),
    moved: new Set(),
    toldAtMs: -Infinity,
    tellTimer: false,
    beatAtMs: now.monoMs,
    queue: [],
    ownN: 0,
    work: { step: 'idle' },
    stopping: false,
    wantedEpoch: undefined,
    hasNewEpoch: false,
    recovery: undefined,
    offers: new Map(),
    offerBytes: new Map(),
    decideAgainAtMs: Infinity,
    besides: new Map(),
    knocks: new Map(),
    seenMs: new Map(),
    paces: new Map(),
    safe: { epoch: '', lastN: new Map() },
    witnessAtMs: -Infinity,
    witnessedSeq: -1,
    asks: new Map(),
    asked: 0,
    catchUps: new Map(),
    catchUpsMade: 0,
    replaced: new Map(),
    effects: [],
  };
}
