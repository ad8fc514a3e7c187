// What a replay says at its end: a table and a verdict for people, or one line of JSON whose fields
// programs may count on.

import type { FileTotals } from './expected.ts';

export interface Report {
  readonly orders: number;
  readonly lines: number;
  readonly totalMinor: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly divergentDevices: number;
  readonly hubRestarts: number;
  readonly killsWithUnanswered: number;
  readonly cuts: number;
  readonly deviceRestarts: number;
  readonly resent: number;
  /** Null where nobody could count it: only the log of a hub of its own is read. */
  readonly deduplicated: number | null;
  readonly ordersPerSecond: number;
  /** Both 0 when no display showed anything. */
  readonly submitToDisplayMs: { readonly p50: number; readonly p99: number };
}

/** What the report is measured against. */
export interface Wanted extends FileTotals {
  /** All that took part, whatever they were used for. */
  readonly devices: number;
}

type Says = (report: Report, wanted: Wanted) => string;

const labels: readonly (readonly [string, Says])[] = [
  ['orders', (report, wanted) => of(report.orders, wanted.orders)],
  ['lines', (report, wanted) => of(report.lines, wanted.lines)],
  ['total, in minor units', (report, wanted) => of(report.totalMinor, wanted.totalMinor)],
  ['lost', (report) => whole(report.lost)],
  ['there twice', (report) => whole(report.duplicated)],
  ['devices that differ', (report, wanted) => of(report.divergentDevices, wanted.devices)],
  ['hub killed and restarted', (report) => whole(report.hubRestarts)],
  ['… while commands waited', (report) => whole(report.killsWithUnanswered)],
  ['connections cut', (report) => whole(report.cuts)],
  ['devices killed and restarted', (report) => whole(report.deviceRestarts)],
  ['commands sent again', (report) => whole(report.resent)],
  [
    '… the hub knew, and did not repeat',
    ({ deduplicated }) => (deduplicated === null ? '–' : whole(deduplicated)),
  ],
  ['orders per second', (report) => String(report.ordersPerSecond)],
  ['to a display, median', (report) => measured(report.submitToDisplayMs.p50)],
  ['to a display, 99 of 100', (report) => measured(report.submitToDisplayMs.p99)],
];

export function table(report: Report, wanted: Wanted): string {
  const rows = labels.map(([label, value]) => [label, value(report, wanted)] as const);
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows
    .map(([label, value]) => `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`)
    .join('\n');
}

/** Whether everything of the file is everywhere it should be, once. */
export function isClean(report: Report, wanted: Wanted): boolean {
  return troublesOf(report, wanted).length === 0;
}

/** One sentence for whoever asked whether anything was lost. */
export function verdictLine(report: Report, wanted: Wanted): string {
  const troubles = troublesOf(report, wanted);
  if (troubles.length > 0) return `NOT CLEAN: ${troubles.join('; ')}.`;
  const orders =
    wanted.orders === 1 ? 'the one order is' : `all ${whole(wanted.orders)} orders are`;
  const afterWhat = report.hubRestarts === 0 ? '' : ' after a last restart';
  return (
    `Nothing lost, nothing twice: ${orders} in the database${afterWhat}, ` +
    `and each of the ${whole(wanted.devices)} devices holds exactly what it should.`
  );
}

function troublesOf(report: Report, wanted: Wanted): string[] {
  const troubles: string[] = [];
  if (report.lost > 0) troubles.push(`${whole(report.lost)} missing somewhere`);
  if (report.duplicated > 0) troubles.push(`${whole(report.duplicated)} there twice`);
  if (report.divergentDevices > 0) {
    const share = of(report.divergentDevices, wanted.devices);
    troubles.push(`${share} devices differ from the hub`);
  }
  const totals = ['orders', 'lines', 'totalMinor'] as const;
  for (const total of totals) {
    if (report[total] === wanted[total]) continue;
    const what = total === 'totalMinor' ? 'minor units' : total;
    const counts = `${whole(report[total])} ${what} and the file ${whole(wanted[total])}`;
    troubles.push(`the database has ${counts}`);
  }
  return troubles;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Nothing reaches a display in no time: 0 is that nothing was measured. */
function measured(tookMs: number): string {
  return tookMs > 0 ? `${tookMs} ms` : '–';
}

/** "40 of 40" */
function of(count: number, all: number): string {
  return `${whole(count)} of ${whole(all)}`;
}

/** Grouped by threes, the same in every country. */
function whole(value: number): string {
  return String(value).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}
