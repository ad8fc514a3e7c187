// Where in the log a business day lies. The turn to a day is a command with an id made from the day,
// so the place is found without reading the log. What is not certain makes the stretch longer.

import type { CommittedStore, Stretch } from './command-log.ts';

export interface Present {
  /** The newest command. */
  readonly seq: number;
  /** Above 1 where a part of history was lost once: devices then brought days back out of order. */
  readonly epoch: number;
}

const dayMs = 86_400_000;
/** So many days around one are looked for: a shop that was closed has no turns. */
const nearDays = 40;

/** The part of the log that holds every command that was counted from `first` to `last`. */
export function stretchOf(
  store: CommittedStore,
  present: Present,
  first: string,
  last = first,
): Stretch {
  const before = turnsTo(store, daysAround(first, -nearDays, 0));
  const behind = turnsTo(store, daysAround(last, 1, nearDays));
  const isInOrder = present.epoch === 1;
  const upTo = isInOrder && behind.length > 0 ? Math.min(...behind) : present.seq;
  return { after: Math.max(0, ...before), upTo };
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

function daysAround(day: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => dayAfter(day, from + index));
}

function turnsTo(store: CommittedStore, days: readonly string[]): number[] {
  const ids = days.map((day) => `turn:${day}`);
  return store.find({ ids }).entries.map(({ seq }) => seq);
}
