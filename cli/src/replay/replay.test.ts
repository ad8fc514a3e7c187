import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { type Ended, runCommand } from '../testing/run-command.ts';
import { readOrders } from '../orders/read.ts';
import { totalsOf } from './expected.ts';
import type { Report } from './report.ts';

const sample = path.resolve(import.meta.dirname, '../../samples/orders.jsonl');
const { orders } = await readOrders(sample, false);
const wanted = { ...totalsOf(orders), lost: 0, duplicated: 0, divergentDevices: 0 };
const folder = mkdtempSync(path.join(tmpdir(), 'replay-test-'));
const fields =
  'orders lines totalMinor lost duplicated divergentDevices hubRestarts killsWithUnanswered cuts ' +
  'deviceRestarts resent deduplicated ordersPerSecond submitToDisplayMs';
/** Far more than it takes: other work on this machine must not fail a test. */
const timeoutMs = 120_000;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function replay(...flags: string[]): Promise<Ended> {
  return runCommand('replay', sample, '--entries', '2', '--displays', '2', '--json', ...flags);
}

function reportIn({ stdout }: Ended): Report {
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Report;
}

it(
  'brings every order of a file through two devices to two displays',
  async () => {
    const ended = await replay();
    expect(ended.stderr).not.toMatch(/rejected|refused/);
    expect(ended.stderr).toMatch(
      /Nothing lost, nothing twice: all 40 orders .* each of the 6 devices/,
    );
    const report = reportIn(ended);
    expect(report).toMatchObject({ ...wanted, hubRestarts: 1, cuts: 0, deviceRestarts: 0 });
    expect(Object.keys(report).join(' ')).toBe(fields);
    expect(report.submitToDisplayMs.p50).toBeGreaterThan(0);
    expect(ended.code).toBe(0);
  },
  timeoutMs,
);

it(
  'loses nothing and doubles nothing while hub and devices are killed and connections cut',
  async () => {
    const keep = path.join(folder, 'chaos');
    const ended = await replay('--chaos', '--seed', '5', '--keep', keep);
    const report = reportIn(ended);
    expect(report).toMatchObject({ ...wanted, cuts: 30 });
    expect(report.killsWithUnanswered).toBeGreaterThanOrEqual(1);
    expect(report.hubRestarts).toBeGreaterThanOrEqual(2);
    expect(report.deviceRestarts).toBeGreaterThanOrEqual(4);
    expect(report.resent).toBeGreaterThan(0);
    expect(ended.code).toBe(0);
    expect(existsSync(path.join(keep, 'hub'))).toBe(true);
  },
  timeoutMs,
);
