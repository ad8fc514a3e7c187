import { expect, it } from 'vitest';

import { isClean, type Report, table, verdictLine } from './report.ts';

const wanted = { orders: 1834, lines: 4622, totalMinor: 3_450_016, devices: 6 };

const clean: Report = {
  orders: 1834,
  lines: 4622,
  totalMinor: 3_450_016,
  lost: 0,
  duplicated: 0,
  divergentDevices: 0,
  hubRestarts: 14,
  killsWithUnanswered: 13,
  cuts: 30,
  deviceRestarts: 8,
  resent: 512,
  deduplicated: 77,
  ordersPerSecond: 40.1,
  submitToDisplayMs: { p50: 12.1, p99: 300 },
};

it('says of a clean replay in one sentence that nothing is lost and nothing twice', () => {
  expect(isClean(clean, wanted)).toBe(true);
  expect(verdictLine(clean, wanted)).toBe(
    'Nothing lost, nothing twice: all 1,834 orders are in the database after a last restart, ' +
      'and each of the 6 devices holds exactly what it should.',
  );
});

it('speaks of one order as one', () => {
  expect(verdictLine({ ...clean, orders: 1 }, { ...wanted, orders: 1 })).toContain(
    'the one order is in the database',
  );
});

it.each([
  [{ lost: 2 }, '2 missing somewhere'],
  [{ duplicated: 1 }, '1 there twice'],
  [{ divergentDevices: 3 }, '3 of 6 devices differ from the hub'],
  [{ orders: 1833 }, 'the database has 1,833 orders and the file 1,834'],
  [{ lines: 4623 }, 'the database has 4,623 lines and the file 4,622'],
  [{ totalMinor: 1 }, 'the database has 1 minor units and the file 3,450,016'],
])('says what is wrong when %j', (changed, what) => {
  const report = { ...clean, ...changed };
  expect(isClean(report, wanted)).toBe(false);
  expect(verdictLine(report, wanted)).toBe(`NOT CLEAN: ${what}.`);
});

it('shows a dash, and not 0 ms, when there was no display to measure', () => {
  const rows = table({ ...clean, submitToDisplayMs: { p50: 0, p99: 0 } }, wanted).split('\n');
  const toDisplay = rows.filter((row) => row.startsWith('to a display'));
  expect(toDisplay).toHaveLength(2);
  for (const row of toDisplay) expect(row).toMatch(/ –$/);
});

it('counts in its table against what there should be', () => {
  const rows = table(clean, wanted).split('\n');
  expect(rows.find((row) => row.startsWith('orders '))).toMatch(/ 1,834 of 1,834$/);
  expect(rows.find((row) => row.startsWith('devices that differ'))).toMatch(/ 0 of 6$/);
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
});
