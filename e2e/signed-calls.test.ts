// The hub's HTTP door as a program or a manager's screen uses it: with the client's signatures and
// tokens, over a real hub.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Identity, join, signedRequest } from '@pos-sync/client';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openPairingWindow } from '../cli/src/hub-door.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

let folder: string;
let hub: StandingHub;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'signed-calls-'));
  hub = await openStandingHub(path.join(folder, 'data'));
});
afterEach(async () => {
  await hub.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  method: string,
  url: string,
  headers: { readonly authorization: string },
  body?: string,
): Promise<Answer> {
  const said = body === undefined ? {} : { body };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, headers: { ...headers, ...type }, ...said };
  const response = await fetch(`${hub.address}${url}`, init);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function hubId(): Promise<string> {
  const response = await fetch(`${hub.address}/pairing`);
  return ((await response.json()) as { hub: string }).hub;
}

async function letIn(role: string, name: string): Promise<Identity> {
  const { code } = await openPairingWindow(hub, { role, name });
  return join(hub.address, code, fetch);
}

it('lets a manager’s device see and change the devices, by its signature alone', async () => {
  const manager = await letIn('manager', 'Office');
  const till = await letIn('entry', 'Till');
  const sign = signedRequest(manager, await hubId());
  const list = await ask('GET', '/devices', sign({ method: 'GET', url: '/devices' }));
  expect(list.status).toBe(200);
  expect(list.body['devices']).toHaveLength(2);

  const url = `/devices/${till.device}/rename`;
  const body = JSON.stringify({ name: 'Café' });
  const header = sign({ method: 'POST', url, body });
  const renamed = await ask('POST', url, header, body);
  expect(renamed).toMatchObject({ status: 200, body: { name: 'Café' } });
  expect(await ask('POST', url, header, body)).toMatchObject({ body: { code: 'OLD_COUNTER' } });
  const other = sign({ method: 'POST', url, body });
  expect(await ask('POST', url, other, body.replace('Café', 'Cafe'))).toMatchObject({
    status: 401,
    body: { code: 'WRONG_SIGNATURE' },
  });

  const entry = signedRequest(till, await hubId());
  const forbidden = await ask('GET', '/devices', entry({ method: 'GET', url: '/devices' }));
  expect(forbidden).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
});

it('lets the first manager in by the code that lies on the box, once', async () => {
  const file = path.join(hub.dataFolder, 'claim-code');
  await until('a code for the first manager', () => existsSync(file), 10_000);
  const code = readFileSync(file, 'utf8');
  const manager = await join(hub.address, code, fetch);
  expect(manager.role).toBe('manager');
  const sign = signedRequest(manager, await hubId());
  const list = await ask('GET', '/devices', sign({ method: 'GET', url: '/devices' }));
  expect(list.body['devices']).toMatchObject([{ device: manager.device, role: 'manager' }]);
  expect(existsSync(file)).toBe(false);
  await expect(join(hub.address, code, fetch)).rejects.toMatchObject({ code: 'NO_WINDOW' });
});

it('takes no signature made for the hub as it ran before', async () => {
  const manager = await letIn('manager', 'Office');
  const before = signedRequest(manager, await hubId());
  await hub.end('SIGTERM');
  await hub.start();
  const get = { method: 'GET', url: '/devices' };
  const old = await ask('GET', '/devices', before(get));
  expect(old.body['code']).toBe('WRONG_SIGNATURE');
  const now = signedRequest(manager, await hubId());
  expect((await ask('GET', '/devices', now(get))).status).toBe(200);
});

it('knows a program by the token it made for itself, and keeps only its hash', async () => {
  // Until somebody manages the hub, nobody may manage it from a device at all.
  await letIn('manager', 'Office');
  const { code } = await openPairingWindow(hub, { role: 'program', name: 'Kiosk' });
  const { bearer = '' } = await join(hub.address, code, fetch, { bearer: true });
  const known = await ask('GET', '/devices', { authorization: `Bearer ${bearer}` });
  expect(known).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const stranger = await ask('GET', '/devices', { authorization: `Bearer ${'A'.repeat(43)}` });
  expect(stranger.status).toBe(401);
});

it('makes no token for a device that is no program', async () => {
  const { code } = await openPairingWindow(hub, { role: 'entry', name: 'Till' });
  await expect(join(hub.address, code, fetch, { bearer: true })).rejects.toThrow(/program/);
});
