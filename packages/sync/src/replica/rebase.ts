// The overlay: this device's own commands replayed on top of the confirmed rows, in the order they
// were made. Made anew whenever what lies beneath it changes.

import { type Ready, prepare, run } from '../command/carry-out.ts';
import type { Refusal, Situation } from '../domain.ts';
import { Draft } from '../rows/draft.ts';
import { bodyText } from '../rows/held-row.ts';
import { Layer, type Write } from '../rows/layer.ts';
import type { Pending, ReplicaState } from './state.ts';

/** Replays what is pending; answers the keys that look different from before. */
export function rebase(state: ReplicaState): Set<string> {
  const before = state.overlay;
  state.overlay = new Layer(state.confirmed);
  const inOrder = [...state.pending.values()].toSorted(byN);
  for (const pending of inOrder) {
    if (belongsInOverlay(state, pending)) replay(state, pending);
  }
  return difference(before.writes, state.overlay.writes);
}

/** What has no number yet was made last. */
function byN(one: Pending, other: Pending): number {
  return (one.n ?? Infinity) < (other.n ?? Infinity) ? -1 : 1;
}

/** Unanswered or ok, and not in the confirmed rows. */
function belongsInOverlay(state: ReplicaState, pending: Pending): boolean {
  if (pending.n !== undefined && pending.n <= state.lastN) return false;
  return pending.answered === undefined || pending.answered.outcome === 'ok';
}

/** Runs one command into the overlay. A command that throws or is refused leaves no trace. */
export function replay(state: ReplicaState, pending: Pending): void {
  const ready = prepare(state.config.domain, pending);
  if ('problem' in ready) {
    pending.refusal = ready.refusal;
    return;
  }
  const draft = draftOver(state, true);
  try {
    pending.refusal = run(ready, draft, situationOf(state, pending));
  } catch (error) {
    pending.refusal = { code: 'FAILED', message: String(error) };
  }
  if (pending.refusal === undefined) state.overlay.absorb(draft.layer);
}

/** Whether the mutator would refuse here and now. What lies in the archive only the hub can say. */
export function tryOut(state: ReplicaState, pending: Pending, ready: Ready): Refusal | undefined {
  try {
    return run(ready, draftOver(state, false), situationOf(state, pending));
  } catch {
    // What lies in the archive, or fails only here, is for the hub to decide.
    return undefined;
  }
}

/** `isAll`: what is not here is taken not to exist, so that a new order shows at once. */
function draftOver(state: ReplicaState, isAll: boolean): Draft {
  return new Draft(state.overlay, state.at?.seq ?? 0, () => isAll);
}

function situationOf(state: ReplicaState, pending: Pending): Situation {
  const { role } = state;
  const { device, domain } = state.config;
  const hubTimeMs = pending.answered?.hubTimeMs ?? Math.round(state.now.monoMs + state.hubOffsetMs);
  const receipt = pending.answered?.receipt;
  return {
    id: pending.id,
    device,
    letter: letterOf(state),
    role,
    hubTimeMs,
    day: pending.answered?.day ?? domain.dayOf(hubTimeMs),
    madeAtMs: pending.madeAt,
    base: pending.base,
    late: false,
    stand: undefined,
    takeReceipt: () => receipt,
  };
}

/** Copies that become devices at the same time are promised the same letter: the hub's row counts. */
function letterOf({ confirmed, config, letter: said }: ReplicaState): string {
  const letter = confirmed.find(`device/${config.device}`)?.body['letter'];
  return typeof letter === 'string' ? letter : said;
}

function difference(
  before: ReadonlyMap<string, Write>,
  after: ReadonlyMap<string, Write>,
): Set<string> {
  const keys = new Set<string>();
  for (const [key, write] of before) {
    const now = after.get(key);
    if (now === undefined || !isSame(write, now)) keys.add(key);
  }
  for (const key of after.keys()) if (!before.has(key)) keys.add(key);
  return keys;
}

function isSame(one: Write, other: Write): boolean {
  if (one === null || other === null) return one === other;
  return one === other || bodyText(one) === bodyText(other);
}
