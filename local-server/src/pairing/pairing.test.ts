import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createAdmission } from '../http/admission.ts';
import { createHttp, type Http } from '../http/server.ts';
import { checkCode, isTrivial, newCode, newDeviceId, proofOf } from './code.ts';
import { createPairing, type Pairing, windowMs, wrongTriesMax } from './pairing.ts';
import { addPairingRoutes } from './routes.ts';
import { betweenTriesMs } from './wrong-tries.ts';

const adminKey = 'a'.repeat(43);
const publicKey = 'P'.repeat(43);
const otherKey = 'Q'.repeat(43);

let http: Http;
let pairing: Pairing;
let address: string;
let monoMs: number;
let given: { id: string; name: string; args: object }[];
let paired: Map<string, { letter: string }>;
let isClaimed: boolean;
let claims: (string | undefined)[];
let outcome: { outcome: string; code?: string; message?: string };

beforeEach(async () => {
  monoMs = 1_000_000;
  given = [];
  paired = new Map();
  isClaimed = true;
  claims = [];
  outcome = { outcome: 'ok' };
  const log = pino({ level: 'silent' });
  http = createHttp({ host: '127.0.0.1', port: 0, version: '1', health: [], log });
  pairing = createPairing({
    hub: 'hub-1',
    store: 'shop-1',
    isRole: (role) => role === 'entry' || role === 'kitchen',
    isManager: () => true,
    isClaimed: () => isClaimed,
    showClaim: (code) => void claims.push(code),
    give: (id, name, args) => {
      given.push({ id, name, args });
      const { device } = args as { device: string };
      if (outcome.outcome === 'ok') paired.set(device, { letter: 'B' });
      return Promise.resolve(outcome);
    },
    findDevice: (device) => paired.get(device),
    now: () => ({ monoMs, wallMs: 1_700_000_000_000 + monoMs }),
  });
  const nobody = { findDevice: () => undefined, findBearer: () => undefined, verify: () => false };
  const who = { hub: 'hub-1', adminKey, isClaimed: () => isClaimed, ...nobody };
  http.guard.askAt(createAdmission(who));
  addPairingRoutes(http.app, pairing);
  await http.listen();
  address = `http://127.0.0.1:${http.port()}`;
});

afterEach(() => http.close());

type Answer = { status: number; body: Record<string, unknown> };

async function post(path: string, body: unknown, key?: string): Promise<Answer> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${address}${path}`, request);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function openWindow(role = 'entry'): Promise<string> {
  const { status, body } = await post('/pairing/windows', { role, name: 'Till' }, adminKey);
  expect(status).toBe(200);
  return String(body['code']);
}

function join(code: string, key = publicKey): Promise<Answer> {
  return post('/pairing/join', { publicKey: key, proof: proofOf(code, 'hub-1', key) });
}

it('says which hub and which shop this is', async () => {
  const response = await fetch(`${address}/pairing`);
  expect(await response.json()).toEqual({ hub: 'hub-1', store: 'shop-1' });
});

it('pairs a device that was told the code', async () => {
  const { status, body } = await join(await openWindow());
  expect(status).toBe(200);
  const [command] = given;
  expect(command).toMatchObject({ name: 'device.pair' });
  expect(command?.args).toEqual({ device: body['device'], publicKey, name: 'Till', role: 'entry' });
  expect(body).toEqual({
    store: 'shop-1',
    device: body['device'],
    name: 'Till',
    letter: 'B',
    role: 'entry',
  });
  expect(String(body['device'])).toMatch(/^[\w-]{16}$/);
});

it('answers the same device the same when the first answer got lost, and pairs it once', async () => {
  const code = await openWindow();
  const answers = await Promise.all([join(code), join(code)]);
  expect(answers[0]).toEqual(answers[1]);
  expect((await join(code)).body).toEqual(answers[0]?.body);
  expect(given).toHaveLength(1);
});

it('lets one device through a window and no second', async () => {
  const code = await openWindow();
  await join(code);
  const { status, body } = await join(code, otherKey);
  expect(status).toBe(403);
  expect(body['code']).toBe('NO_WINDOW');
  expect(given).toHaveLength(1);
});

it('closes a window after five minutes', async () => {
  const code = await openWindow();
  monoMs += windowMs;
  expect((await join(code)).body['code']).toBe('NO_WINDOW');
});

it('closes every window after five wrong tries, and says so with the fifth', async () => {
  const code = await openWindow();
  for (let tries = 1; tries < wrongTriesMax; tries += 1) {
    expect((await join('WRONGCOD')).body['code']).toBe('WRONG_CODE');
    monoMs += betweenTriesMs;
  }
  const { body } = await join('WRONGCOD');
  expect(body).toMatchObject({
    code: 'NO_WINDOW',
    message: expect.stringMatching(/^This code is wrong.*closed now/) as string,
  });
  expect((await join(code)).body['code']).toBe('NO_WINDOW');
  expect(given).toHaveLength(0);
});

/** What the pairing says to whoever tries this code from this address. */
async function tryFrom(from: string, code: string, key = otherKey): Promise<string> {
  const said = await pairing.join({ publicKey: key, proof: proofOf(code, 'hub-1', key) }, from);
  return 'refused' in said ? said.refused.code : said.role;
}

it('looks at no code within a second of a wrong one of the same address, not even the right one', async () => {
  const code = await openWindow();
  await tryFrom('10.0.0.7', 'WRONGCOD');
  expect(await tryFrom('10.0.0.7', code)).toBe('TRY_LATER');
  monoMs += betweenTriesMs - 1;
  expect(await tryFrom('10.0.0.7', code)).toBe('TRY_LATER');
  monoMs += 1;
  expect(await tryFrom('10.0.0.7', code)).toBe('entry');
});

it('counts the wrong codes of all addresses, and compares no sixth', async () => {
  const code = await openWindow();
  const said: string[] = [];
  for (let host = 1; host <= wrongTriesMax; host += 1) {
    said.push(await tryFrom(`10.0.0.${host}`, 'WRONGCOD'));
  }
  expect(said).toEqual([...Array<string>(wrongTriesMax - 1).fill('WRONG_CODE'), 'NO_WINDOW']);
  expect(await tryFrom('10.0.0.99', code)).toBe('NO_WINDOW');
});

it('finds no code however many are tried at one instant', async () => {
  isClaimed = false;
  await tryFrom('10.0.0.7', 'WRONGCOD');
  const [right = ''] = claims;
  const guesses = await Promise.all(
    Array.from({ length: 1_000 }, (_, guess) =>
      tryFrom('10.0.0.7', guess === 999 ? right : newCode()),
    ),
  );
  expect(new Set(guesses)).toEqual(new Set(['TRY_LATER']));
});

it('takes no second wrong try within a second of a wrong one, and does not count it', async () => {
  const code = await openWindow();
  await join('WRONGCOD');
  for (let tries = 0; tries < wrongTriesMax; tries += 1) {
    const { status, body } = await join('WRONGCOD');
    expect(status).toBe(429);
    expect(body['code']).toBe('TRY_LATER');
  }
  monoMs += betweenTriesMs;
  expect((await join(code)).status).toBe(200);
});

it('lets the right code through at once, whoever guesses elsewhere', async () => {
  const code = await openWindow();
  expect(await tryFrom('10.0.0.7', 'WRONGCOD')).toBe('WRONG_CODE');
  expect(await tryFrom('10.0.0.7', 'WRONGCOD')).toBe('TRY_LATER');
  expect((await join(code)).status).toBe(200);
  expect((await join(code)).status).toBe(200);
});

it('does not take a proof made for another hub or another key', async () => {
  const code = await openWindow();
  const elsewhere = { publicKey, proof: proofOf(code, 'hub-2', publicKey) };
  expect((await post('/pairing/join', elsewhere)).status).toBe(403);
  monoMs += betweenTriesMs;
  const stolen = { publicKey: otherKey, proof: proofOf(code, 'hub-1', publicKey) };
  expect((await post('/pairing/join', stolen)).status).toBe(403);
});

it('keeps several windows apart', async () => {
  const [till, kitchen] = [await openWindow('entry'), await openWindow('kitchen')];
  expect((await join(kitchen, otherKey)).body['role']).toBe('kitchen');
  expect((await join(till)).body['role']).toBe('entry');
});

it('says why the hub did not pair', async () => {
  outcome = { outcome: 'rejected', code: 'FULL', message: 'No letters are left.' };
  const { status, body } = await join(await openWindow());
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: 'FULL', message: 'No letters are left.' });
});

it('opens no window without the key, and none for a role that does not exist', async () => {
  const wanted = { role: 'entry', name: 'Till' };
  const without = await post('/pairing/windows', wanted);
  expect(without.status).toBe(401);
  expect(without.body).toEqual({
    code: 'NOT_SIGNED',
    message: expect.any(String) as string,
    fix: expect.any(String) as string,
  });
  expect((await post('/pairing/windows', wanted, 'b'.repeat(43))).status).toBe(401);
  const hub = await post('/pairing/windows', { ...wanted, role: 'hub' }, adminKey);
  expect(hub.body['code']).toBe('NO_SUCH_ROLE');
});

it.each(['', '   ', 'a\nb', 'x'.repeat(65)])('opens no window for the name %j', async (name) => {
  const { status, body } = await post('/pairing/windows', { role: 'entry', name }, adminKey);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'BAD_NAME', fix: 'Choose another name.' });
});

it.each([
  ['/pairing/windows', { role: 'entry' }],
  ['/pairing/windows', { role: 'entry', name: 'x'.repeat(1025) }],
  ['/pairing/join', { publicKey: 'short', proof: 'ab' }],
  ['/pairing/join', null],
])('answers a malformed request to %s with a sentence', async (path, asked) => {
  const { status, body } = await post(path, asked, adminKey);
  expect(status).toBe(400);
  expect(body['code']).toBe('BAD_REQUEST');
});

it('keeps a window open whose device could not be written down', async () => {
  outcome = { outcome: 'deferred', code: 'STORE_REFUSED' };
  const code = await openWindow();
  expect((await join(code)).status).toBe(409);
  outcome = { outcome: 'ok' };
  expect((await join(code, otherKey)).status).toBe(200);
});

it('covers a program’s own token by the proof', async () => {
  const code = await openWindow();
  const bearerHash = 'f'.repeat(64);
  const proof = proofOf(code, 'hub-1', publicKey);
  const added = await post('/pairing/join', { publicKey, proof, bearerHash });
  expect(added.body['code']).toBe('WRONG_CODE');
});

it('keeps the first manager’s code, however often and long strangers guess [scenario 60]', async () => {
  isClaimed = false;
  for (let tries = 0; tries < 4 * wrongTriesMax; tries += 1) {
    expect((await join('WRONGCOD', otherKey)).body['code']).toBe('WRONG_CODE');
    expect((await join('WRONGCOD', otherKey)).body['code']).toBe('TRY_LATER');
    monoMs += betweenTriesMs;
  }
  monoMs += 24 * 60 * windowMs;
  expect(claims).toHaveLength(1);
  expect((await join(String(claims[0]))).body['role']).toBe('manager');
});

it('shows the same few signs for a key wherever they are compared', () => {
  expect(checkCode(publicKey)).toBe('5GD1-EQ9R');
  expect(checkCode(otherKey)).not.toBe(checkCode(publicKey));
});

it('makes ids that no command takes for a flag', () => {
  const ids = Array.from({ length: 2_000 }, newDeviceId);
  expect(ids.filter((id) => !/^\w[\w-]{15}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('makes codes that can be read out without mistakes', () => {
  for (let round = 0; round < 2_000; round += 1) {
    expect(newCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  }
  expect(['AAA1C5F7', '9K1234ZQ', '9K4321ZQ', '00000000'].every(isTrivial)).toBe(true);
  expect(['AA1BB2CC', '12A34B56', '9K7QX2MA'].some(isTrivial)).toBe(false);
});
