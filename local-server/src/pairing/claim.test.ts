import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { HubAddress } from '../network/addresses.ts';
import { createKeys, openStandingDoor, TestDevice } from '../testing/standing-door.ts';
import { claimCodeName, claimText, joinAddress, showClaims } from './claim.ts';

let folder: string;
let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'claim-'));
  door = await openStandingDoor();
});

afterEach(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});

const open = {
  method: 'POST',
  path: '/pairing/windows',
  body: { role: 'entry', name: 'Till' },
} as const;

it('is closed to everybody but the box until the first manager has come with the code', async () => {
  const [code = ''] = door.claims;
  const till = await door.letIn('entry', 'Till');
  for (const refused of [await door.send(open), await door.signed(till, open)]) {
    expect([refused.status, refused.body['code']]).toEqual([403, 'NOT_CLAIMED']);
  }
  const strangeKey = await door.send(open, 'Bearer of another hub');
  expect([strangeKey.status, strangeKey.body['code']]).toEqual([401, 'WRONG_KEY']);
  const keys = createKeys();
  const joined = await door.join(code, keys);
  expect(joined.body).toMatchObject({ role: 'manager', name: 'Manager' });
  const manager = new TestDevice(String(joined.body['device']), keys);
  expect((await door.signed(manager, open)).status).toBe(200);
  expect((await door.signed(till, open)).body['code']).toBe('FORBIDDEN');
  expect(door.claims).toEqual([code, undefined]);
});

it('lets one manager in by the code, and gives that one the same answer again', async () => {
  const [code = ''] = door.claims;
  const keys = createKeys();
  const joined = await door.join(code, keys);
  expect(await door.join(code, keys)).toEqual(joined);
  expect((await door.join(code, createKeys())).body['code']).toBe('NO_WINDOW');
});

it('is void once the box has let a manager in another way', async () => {
  const [code = ''] = door.claims;
  await door.letIn('manager', 'Office');
  expect((await door.join(code, createKeys())).status).toBe(403);
  expect(door.claims).toEqual([code, undefined]);
});

it('asks for a first manager again when the last one was put away', async () => {
  const office = await door.letIn('manager', 'Office');
  await door.asBox({ method: 'POST', path: `/devices/${office.device}/retire` });
  expect(door.claims).toHaveLength(3);
  const joined = await door.join(String(door.claims[2]), createKeys());
  expect(joined.body).toMatchObject({ role: 'manager' });
});

it('closes the windows of a manager who is shut out', async () => {
  const [office, thief] = [
    await door.letIn('manager', 'Office'),
    await door.letIn('manager', 'Thief'),
  ];
  const [before, after] = [await door.signed(office, open), await door.signed(thief, open)];
  await door.signed(office, { method: 'POST', path: `/devices/${thief.device}/revoke` });
  expect((await door.join(String(before.body['code']), createKeys())).status).toBe(200);
  expect((await door.join(String(after.body['code']), createKeys())).body['code']).toBe(
    'NO_WINDOW',
  );
});

const addresses: HubAddress[] = [
  { address: '172.17.0.1', interface: 'docker0', kind: 'virtual', url: 'http://172.17.0.1:8080' },
  { address: '192.168.1.4', interface: 'wlan0', kind: 'wifi', url: 'http://192.168.1.4:8080' },
];

it('names the address to join at with the code behind the #, where no log sees it', () => {
  expect(joinAddress(addresses, 'K7Q2M9XD')).toBe('http://192.168.1.4:8080/join#K7Q2M9XD');
  expect(joinAddress(addresses.slice(0, 1), 'K7Q2M9XD')).toBeUndefined();
});

it('shows the code on the terminal, to read and as a picture', async () => {
  const text = await claimText('K7Q2M9XD', joinAddress(addresses, 'K7Q2M9XD'));
  expect(text).toContain('  K7Q2 M9XD\n');
  expect(text).toContain('  http://192.168.1.4:8080/join#K7Q2M9XD\n');
  expect(text).toMatch(/▄▄▄▄▄▄▄/);
  expect(await claimText('K7Q2M9XD', undefined)).not.toContain('▄');
});

function shower(isTerminal: boolean) {
  const [printed, logged]: string[][] = [[], []];
  const log = pino({ level: 'fatal' }, { write: (line) => void logged?.push(line) });
  const show = showClaims({
    isTerminal,
    dataFolder: folder,
    log,
    addresses: () => addresses,
    print: (text) => void printed?.push(text),
  });
  return { show, printed, logged };
}

const file = (): string => path.join(folder, claimCodeName);

it('keeps the code in a file of the hub’s user where there is no terminal, and out of the log', () => {
  const { show, printed, logged } = shower(false);
  show('K7Q2M9XD');
  expect(readFileSync(file(), 'utf8')).toBe('K7Q2M9XD\n');
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  show('9XDK7Q2M');
  expect(readFileSync(file(), 'utf8')).toBe('9XDK7Q2M\n');
  show(undefined);
  expect(statSync(file(), { throwIfNoEntry: false })).toBeUndefined();
  expect(printed).toEqual([]);
  expect(logged?.join('')).toContain(file());
  expect(logged?.join('')).not.toMatch(/K7Q2M9XD|9XDK7Q2M/);
});

it('prints it on a terminal and leaves no file', async () => {
  const { show, printed, logged } = shower(true);
  show('K7Q2M9XD');
  while (printed?.length === 0) await setImmediate();
  expect(printed?.join('')).toContain('K7Q2 M9XD');
  expect(statSync(file(), { throwIfNoEntry: false })).toBeUndefined();
  expect(logged).toEqual([]);
});
