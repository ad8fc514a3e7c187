// Figures of a replay that come from its traces and from the hub's log.

import type { Noted } from './traces.ts';
import { rounded } from './report.ts';

/**
 * `sent` are all sendings of commands of one or more devices; `decidedAtMs` says when the hub decided
 * a command, undefined where nobody can. A command is *resent* as often as it was sent more than once. It is *deduplicated* when
 * it was sent again after the hub had decided it: the hub had to answer from its log.
 */
export function countResent(
  sent: readonly Noted[],
  decidedAtMs: ((id: string) => number | undefined) | undefined,
): { readonly resent: number; readonly deduplicated: number | null } {
  const lastSentMs = new Map<string, number>();
  let resent = 0;
  for (const { what: id, atMs } of sent) {
    const before = lastSentMs.get(id);
    if (before !== undefined) resent += 1;
    lastSentMs.set(id, Math.max(atMs, before ?? atMs));
  }
  if (decidedAtMs === undefined) return { resent, deduplicated: null };
  const again = new Set<string>();
  const seen = new Set<string>();
  for (const { what: id } of sent) (seen.has(id) ? again : seen).add(id);
  const known = [...again].filter((id) => {
    const decided = decidedAtMs(id);
    return decided !== undefined && (lastSentMs.get(id) ?? 0) > decided + clockSlackMs;
  });
  return { resent, deduplicated: known.length };
}

/** The hub's time is in whole milliseconds. */
const clockSlackMs = 1;

/** From asking for a row to the first display that showed it, over all rows both are known of. */
export function submitToDisplay(
  asked: readonly Noted[],
  shown: readonly Noted[],
): { readonly p50: number; readonly p99: number } {
  const firstShownMs = new Map<string, number>();
  for (const { what, atMs } of shown) {
    firstShownMs.set(what, Math.min(atMs, firstShownMs.get(what) ?? Infinity));
  }
  const tookMs: number[] = [];
  const measured = new Set<string>();
  for (const { what, atMs } of asked) {
    const shownMs = firstShownMs.get(what);
    if (shownMs === undefined || measured.has(what)) continue;
    measured.add(what);
    tookMs.push(shownMs - atMs);
  }
  tookMs.sort((one, other) => one - other);
  return { p50: percentile(tookMs, 0.5), p99: percentile(tookMs, 0.99) };
}

/** Nearest rank; 0 for nothing measured. */
function percentile(sorted: readonly number[], share: number): number {
  return rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}
