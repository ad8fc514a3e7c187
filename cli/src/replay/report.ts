// What a replay says at its end: a table for people, or one line of JSON whose fields programs may
// count on.

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
  readonly deduplicated: number;
  readonly ordersPerSecond: number;
  readonly submitToDisplayMs: { readonly p50: number; readonly p99: number };
}

const labels: readonly (readonly [string, (report: Report) => string])[] = [
  ['orders', (report) => whole(report.orders)],
  ['lines', (report) => whole(report.lines)],
  ['total, in minor units', (report) => whole(report.totalMinor)],
  ['lost', (report) => whole(report.lost)],
  ['there twice', (report) => whole(report.duplicated)],
  ['devices that differ', (report) => whole(report.divergentDevices)],
  ['hub killed and restarted', (report) => whole(report.hubRestarts)],
  ['… while commands waited', (report) => whole(report.killsWithUnanswered)],
  ['connections cut', (report) => whole(report.cuts)],
  ['devices killed and restarted', (report) => whole(report.deviceRestarts)],
  ['commands sent again', (report) => whole(report.resent)],
  ['… that the hub knew already', (report) => whole(report.deduplicated)],
  ['orders per second', (report) => String(report.ordersPerSecond)],
  ['to a display, median', (report) => `${report.submitToDisplayMs.p50} ms`],
  ['to a display, 99 of 100', (report) => `${report.submitToDisplayMs.p99} ms`],
];

export function table(report: Report): string {
  const rows = labels.map(([label, value]) => [label, value(report)] as const);
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows
    .map(([label, value]) => `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`)
    .join('\n');
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Grouped by threes, the same in every country. */
function whole(value: number): string {
  return String(value).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}
