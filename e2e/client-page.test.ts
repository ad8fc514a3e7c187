// The example on docs/client.md, as somebody who reads the page would run it: beside the file that the
// hub hands out and in a folder of a clone, with a code of the real hub.

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

it.each([
  ['the file that the hub hands out', (text: string) => text],
  ['the packages of the clone', inTheClone],
])(
  'takes an order by the example of docs/client.md, twice on one device, with %s',
  async (_, as) => {
    expect(example().split('\n').length).toBeLessThanOrEqual(linesMax);
    await layOut(as(example()));
    const { code } = await openPairingWindow(hub, { role: 'program', name: 'Kiosk' });
    const env = { ...process.env, ...typed(), CODE: code };
    const run = () => promisify(execFile)(process.execPath, ['kiosk.mjs'], { cwd: folder, env });

    for (const _number of ['A1', 'A2']) {
      const { stdout } = await run();
      const lines = stdout.split('\n').map((line) => line.trimEnd());
      expect(lines.filter((line) => line.startsWith('on the screen'))).toEqual([
        'on the screen: 500',
      ]);
      expect(lines.filter((line) => /^[a-z]+\./.test(line))).toEqual([
        'menu.put ok',
        'order.open ok',
        'order.addLine ok',
        'order.send ok',
      ]);
    }
    expect(await ticketsAtTheHub()).toEqual(['A1', 'A2']);
  },
);

it('says of every command of the example that was refused that it was, and why', async () => {
  await layOut(example().replace('quantity: 2', 'quantity: 0'));
  const { code } = await openPairingWindow(hub, { role: 'program', name: 'Kiosk' });
  const env = { ...process.env, ...typed(), CODE: code };
  const { stdout } = await promisify(execFile)(process.execPath, ['kiosk.mjs'], {
    cwd: folder,
    env,
  });
  expect(stdout).toMatch(/^order\.open ok/m);
  expect(stdout).toMatch(/^order\.addLine refused BAD_COMMAND .+ quantity is 0; it must be .+\.$/m);
});

it('says in a sentence what to do where the example cannot go on', async () => {
  await layOut(example());
  const { stderr, status } = spawnSync(process.execPath, ['kiosk.mjs'], {
    cwd: folder,
    env: { ...process.env, ...typed(), CODE: '' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('No pairing code was given.');
  expect(stderr).not.toContain('    at ');
});

/** The blocks of the page in JavaScript: the example first, then its imports in a clone. */
const blocks = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text = '']) => text.trimEnd());

function example(): string {
  return blocks[0] ?? '';
}

function inTheClone(text: string): string {
  return `${blocks[1] ?? ''}\n${text.replaceAll(/^import .* from '.\/client.js';\n/gm, '')}`;
}

async function layOut(text: string): Promise<void> {
  writeFileSync(path.join(folder, 'kiosk.mjs'), text);
  if (!text.includes('./client.js')) return;
  const handedOut = await fetch(`${hub.address}/sdk/client.js`);
  writeFileSync(path.join(folder, 'client.js'), await handedOut.text());
}

function typed(): Record<string, string> {
  return { HUB: new URL(hub.address).host, FILE: 'kiosk.device' };
}

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
