import { expect, it } from 'vitest';

import { isWell, type Standing, type Status, statusText } from './status.ts';

const hub: Standing = {
  version: '1.0.0',
  pid: 17,
  sinceMs: new Date(2026, 10, 22, 14, 5).getTime(),
  storage: 'sqlite',
  epoch: 2,
  seq: 4_711,
  day: '2026-11-22',
  isRecovering: false,
  isClaimed: true,
  paired: 5,
  here: 4,
  behind: 1,
  openOrders: 12,
  deferred: 3,
  attention: 6,
  memoryBytes: 119_000_000,
  newestMs: new Date(2026, 10, 22, 17, 16).getTime(),
  databaseBytes: 3_100_000,
  diskFreeBytes: 12_300_000_000,
  status: 'ok',
  reasons: [],
};
const nowMs = new Date(2026, 10, 22, 17, 17).getTime();
const url = 'http://192.168.1.100:8080';
const addresses = [{ address: '192.168.1.100', interface: 'wlan0', kind: 'wifi' as const, url }];
const running: Status = { state: 'running', dataFolder: '/srv/data', addresses, hub };

it('fits on one screen, with times of 24 hours', () => {
  expect(statusText(running, nowMs).split('\n')).toEqual([
    'The hub is running, and all is well.',
    '',
    '  since      14:05 (3 h 12 min)',
    '  program    version 1.0.0, process 17, 119 MB of memory',
    '  addresses  192.168.1.100:8080',
    '  devices    5 let in, 4 here, 1 of them behind',
    '  manager    there is one',
    '  orders     12 open; business day 2026-11-22',
    '  to decide  3 wait for a manager; 6 on the attention list',
    '  newest     command 4711 of epoch 2, at 17:16',
    '  storage    /srv/data, 3.1 MB, 12.3 GB free',
  ]);
});

it('says first what is wrong, and what to do', () => {
  const reasons = [{ code: 'STORE_DAMAGED', message: 'Damaged.', fix: 'Put a backup back.' }];
  const failing: Status = { ...running, state: 'failing', hub: { ...hub, reasons } };
  const text = statusText(failing, nowMs);
  expect(text).toMatch(/orders do not move:\n\nDamaged\.\nPut a backup back\.\n\n {2}since/);
});

it('is well where orders move, and in no other state', () => {
  expect(isWell(running)).toBe(true);
  expect(isWell({ ...running, state: 'degraded' })).toBe(true);
  expect(isWell({ ...running, state: 'failing' })).toBe(false);
  expect(isWell({ state: 'stopped', dataFolder: '/srv/data' })).toBe(false);
  expect(isWell({ state: 'silent', dataFolder: '/srv/data' })).toBe(false);
});
