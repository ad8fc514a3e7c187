// The example on docs/client.md, as somebody who reads the page would run it: in a folder of a clone,
// with a code of the real hub.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openClient } from '@pos-sync/client';
import { openFileStorage } from '@pos-sync/client/storage/file';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { shop } from '../cli/src/replay/device.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/client.md'), 'utf8');
const linesMax = 30;

let folder: string;
let hub: StandingHub;

beforeEach(async () => {
  folder = mkdtempSync(path.join(import.meta.dirname, '.example-'));
  hub = await openStandingHub(path.join(folder, 'data'));
});
afterEach(async () => {
  await hub.end('SIGTERM');
  rmSync(folder, { recursive: true });
});

it('takes an order by the example of docs/client.md, twice on one device', async () => {
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(linesMax);
  writeFileSync(path.join(folder, 'kiosk.ts'), example);
  const { code } = await openPairingWindow(hub, { role: 'program', name: 'Kiosk' });
  const typed = new URL(hub.address).host;
  const env = { ...process.env, HUB: typed, CODE: code, FILE: 'kiosk.device' };
  const run = () => promisify(execFile)(process.execPath, ['kiosk.ts'], { cwd: folder, env });

  for (const number of ['A1', 'A2']) {
    const { stdout } = await run();
    const lines = stdout.split('\n').map((line) => line.trimEnd());
    expect(lines.slice(0, 2), number).toEqual(['on the screen: 500', 'on the hub: ok']);
  }
  expect(await ticketsAtTheHub()).toEqual(['A1', 'A2']);
});

it('says in a sentence what to do where the example cannot go on', () => {
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  writeFileSync(path.join(folder, 'kiosk.ts'), example);
  const env = { ...process.env, HUB: new URL(hub.address).host, CODE: '', FILE: 'kiosk.device' };
  const { stderr, status } = spawnSync(process.execPath, ['kiosk.ts'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('No pairing code was given.');
  expect(stderr).not.toContain('    at ');
});

const inOrder = (one: string, other: string): number => one.localeCompare(other);

/** The kiosk's own view, confirmed by the hub. */
async function ticketsAtTheHub(): Promise<string[]> {
  const storage = openFileStorage(path.join(folder, 'kiosk.device'));
  const client = await openClient({
    domain: shop,
    identity: storage.identity,
    storage,
    hub: hub.address,
    WebSocket,
    build: 'test',
  });
  await new Promise<void>((resolve) => {
    client.watchConnection(({ isLive }) => (isLive ? resolve() : undefined));
  });
  const rows = [...client.confirmed.rows].filter(({ key }) => key.startsWith('ticket/'));
  await client.close();
  return rows.map(({ body }) => body['number'] as string).toSorted(inOrder);
}
