// A tablet that gives commands without end, as a broken app does: it is asked to wait and loses
// nothing, and the waiters beside it do not feel it.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { limits } from '@pos-sync/sync';
import { expect, it } from 'vitest';

import { openCrew, settled } from './crew.ts';
import { attentionOf, judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const burst = limits.commandsBurst;
const tooMany = burst + 5 * limits.commandsPerSecond;
const withinMs = 20_000;

it('tells a device that floods it to wait, serves the others meanwhile, and loses nothing [M5] [scenario 49]', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flood-'));
  mkdirSync(path.join(folder, 'devices'));
  const settings = { COMMAND_RATE: String(limits.commandsPerSecond) };
  const hub = await openStandingHub(path.join(folder, 'data'), settings);
  const ledger = new Ledger();
  const crew = await openCrew(hub, path.join(folder, 'devices'), ledger, 3);
  try {
    const [flooding, ...others] = crew.devices.slice(1);
    for (let count = 1; count <= tooMany; count += 1) {
      const number = { letter: flooding!.client.identity.letter, count };
      void flooding!.give('order.open', { order: `flood-${count}`, number });
    }
    await until('the hub to be busy', () => crew.busy() > 0, withinMs);
    await serveOrders(others, 'calm', 10);
    const isServed = (): boolean => others.every(({ client }) => client.connection.waiting === 0);
    await until('the others served', isServed, withinMs);
    expect(flooding!.client.connection.waiting).toBeGreaterThan(0);

    await settled(crew);
    await hub.end('SIGTERM');
    const kept = readKept(hub.dataFolder);
    expect(judge(kept, ledger, crew)).toEqual([]);
    expect(attentionOf(kept)).toEqual([]);
    expect(ledger.answered).toBe(ledger.entries.length);
  } finally {
    await hub.end('SIGKILL');
    await crew.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
