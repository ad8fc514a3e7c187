// Two hubs on one data folder would damage the orders of both.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { openCrew, settled } from './crew.ts';
import { runToEnd } from './hub-process.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { hubCommand, openStandingHub } from './standing-hub.ts';

const endsWithinMs = 10_000;

it('ends at once with a sentence where another hub works, and that one goes on serving', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'one-folder-'));
  mkdirSync(path.join(folder, 'devices'));
  const hub = await openStandingHub(path.join(folder, 'data'));
  const ledger = new Ledger();
  const crew = await openCrew(hub, path.join(folder, 'devices'), ledger, 1);
  try {
    for (const service of ['one', 'two', 'three']) {
      const startedMs = performance.now();
      const { code, said } = await runToEnd({ command: hubCommand(hub.dataFolder), folder });
      expect(said).toContain(`Another hub already works with ${hub.dataFolder}`);
      expect(said).toMatch(/\(it listens at [\d.]+:\d+\)/);
      expect(said).toContain('a second shop needs another --data folder');
      expect(said).not.toContain('    at ');
      expect(code).toBe(1);
      expect(performance.now() - startedMs).toBeLessThan(endsWithinMs);
      await serveOrders(crew.devices, service, 2);
      await settled(crew);
    }
    expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
    await hub.end('SIGTERM');
    expect(judge(readKept(hub.dataFolder), ledger, crew)).toEqual([]);
  } finally {
    await hub.end('SIGKILL');
    await crew.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
