// The figures of a replay, put together from its verdict, its bad luck and the traces of its devices.

import type { ChaosCounts } from './chaos.ts';
import type { Crew } from './crew.ts';
import { countResent, submitToDisplay } from './measure.ts';
import { type Report, rounded } from './report.ts';
import { readTrace } from './traces.ts';
import type { Verdict } from './verdict.ts';

export interface Ending {
  readonly verdict: Verdict;
  readonly counts: ChaosCounts;
  readonly endedMs: number;
  readonly folder: string;
  /** When the hub decided a command; undefined where nobody can say. */
  readonly decidedAtMs: ((id: string) => number | undefined) | undefined;
  readonly crew: Crew;
}

export function reportOf({ verdict, counts, endedMs, folder, decidedAtMs, crew }: Ending): Report {
  const workers = ['kitchen', ...crew.entries.map(({ name }) => name)];
  const sent = workers.flatMap((name) => readTrace(folder, name, 'sent'));
  const asked = crew.entries.flatMap(({ name }) => readTrace(folder, name, 'asked'));
  const shown = crew.everybody.flatMap(({ name }) => readTrace(folder, name, 'shown'));
  const startedMs = asked.reduce((first, { atMs }) => Math.min(first, atMs), endedMs - 1);
  const { orders, lines, totalMinor, lost, duplicated, divergentDevices } = verdict;
  return {
    orders,
    lines,
    totalMinor,
    lost,
    duplicated,
    divergentDevices,
    hubRestarts: counts.hubKills,
    killsWithUnanswered: counts.killsWithUnanswered,
    cuts: counts.cuts,
    deviceRestarts: counts.deviceRestarts,
    ...countResent(sent, decidedAtMs),
    ordersPerSecond: rounded((orders * 1_000) / (endedMs - startedMs)),
    submitToDisplayMs: submitToDisplay(asked, shown),
  };
}
