// A tablet is carried from one shop to another whose hub has the same address, as many a router gives
// it. What it holds belongs to its own shop: the other one learns nothing of it.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { askHub } from '../cli/src/hub-door.ts';
import { type Crew, openCrew, settled } from './crew.ts';
import { letInHostile } from './hostile-device.ts';
import { startHub } from './hub-process.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { type StandingHub, hubCommand, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const deniedWithinMs = 20_000;
const testMs = 120_000;

let folder: string;
let home: StandingHub;
let crew: Crew;
const ledger = new Ledger();

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'two-shops-'));
  for (const name of ['devices', 'away']) mkdirSync(path.join(folder, name));
  home = await openStandingHub(path.join(folder, 'home'));
  crew = await openCrew(home, path.join(folder, 'devices'), ledger, 1);
}, testMs);
afterEach(async () => {
  await home.end('SIGKILL');
  await crew.close();
  rmSync(folder, { recursive: true, force: true });
});

it(
  'pushes nothing of its own shop to the hub of another, and all of it at home again [H2] [scenario 64]',
  async () => {
    await serveOrders(crew.devices, 'before', 1);
    await settled(crew);
    await home.end('SIGTERM');
    await serveOrders(crew.devices, 'alone', 2);
    const unsent = crew.waiting();
    expect(unsent).toBeGreaterThan(0);

    const dataFolder = path.join(folder, 'away', 'data');
    const environment = { npm_lifecycle_event: 'e2e', PORT: new URL(home.address).port };
    const other = await startHub({ command: hubCommand(dataFolder), folder, environment });
    const away = { address: home.address, dataFolder };
    await letInHostile(away, 'entry');
    const isDenied = (): boolean =>
      crew.devices.every(({ client }) => client.connection.denial?.code === 'OTHER_STORE');
    await until('a no for every device', isDenied, deniedWithinMs);
    expect(crew.waiting()).toBe(unsent);
    expect(await askHub(away, 'GET', '/devices')).toMatchObject({ devices: [{}], asking: [] });
    await other.stop('SIGTERM');
    const ours = new Set(ledger.entries.map(({ id }) => id));
    const { log } = readKept(away.dataFolder);
    expect(log.filter(({ id }) => ours.has(id))).toEqual([]);

    await home.start();
    await settled(crew);
    await home.end('SIGTERM');
    expect(judge(readKept(home.dataFolder), ledger, crew)).toEqual([]);
  },
  testMs,
);
