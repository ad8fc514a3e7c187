// The commands about devices against a real hub, as people type them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Identity, join } from '@pos-sync/client';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openPairingWindow } from '../hub-door.ts';
import { type HubProcess, startHub } from '../replay/hub-process.ts';
import { type Ended, runCommand } from '../testing/run-command.ts';
import type { DeviceList, ListedDevice } from './device-list.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-devices-'));
let hub: HubProcess;

beforeAll(async () => {
  hub = await startHub(path.join(folder, 'data'));
});
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function letIn(role: string, name: string): Promise<Identity> {
  const { code } = await openPairingWindow(hub, { role, name });
  return join(hub.address, code, fetch);
}

const run = (...args: string[]): Promise<Ended> =>
  runCommand(...args, '--data', hub.dataFolder, '--hub', hub.address);

async function listed(device: string): Promise<ListedDevice | undefined> {
  const { stdout } = await run('devices', '--json');
  return (JSON.parse(stdout) as DeviceList).devices.find((one) => one.device === device);
}

it('lists who was let in, for people and for programs', async () => {
  const { device, letter } = await letIn('kitchen', 'Grill');
  expect(await listed(device)).toMatchObject({
    letter,
    name: 'Grill',
    role: 'kitchen',
    isHere: false,
    deferred: 0,
  });
  const { code, stdout } = await run('devices');
  expect(stdout).toMatch(new RegExp(`^  ${letter}  Grill +kitchen +away +${device}$`, 'm'));
  expect(code).toBe(0);
});

it('calls one something else and gives it another role, and says so', async () => {
  const { device, letter } = await letIn('entry', 'Till');
  const renamed = await run('rename', letter, 'Till 2');
  expect(renamed).toEqual({
    code: 0,
    stdout: `${letter}, Till, is called Till 2 now.\n`,
    stderr: '',
  });
  const moved = await run('role', 'till 2', 'counter', '--json');
  expect(JSON.parse(moved.stdout)).toMatchObject({ device, name: 'Till 2', role: 'counter' });
  expect(await listed(device)).toMatchObject({ name: 'Till 2', role: 'counter' });
});

it('says when another device has that name already', async () => {
  const [one, other] = [await letIn('entry', 'Bar'), await letIn('entry', 'Terrace')];
  const { code, stdout } = await run('rename', other.letter, 'bar');
  expect(stdout).toMatch(`is called bar now.\nThat is what ${one.letter} is called as well`);
  expect(code).toBe(0);
});

it('says what follows when the last manager goes', async () => {
  const [first, last] = [await letIn('manager', 'Office'), await letIn('manager', 'Owner')];
  expect((await run('retire', first.device)).stdout).not.toContain('last manager');
  const { stdout } = await run('role', last.device, 'counter');
  expect(stdout).toMatch(/is used as counter now[^]*It was the last manager\.[^]*claim-code/);
  expect((await run('revoke', last.device)).stdout).not.toContain('last manager');
});

it('puts one away and shuts one out; both stay in the list', async () => {
  const [old, lost] = [await letIn('entry', 'Old'), await letIn('entry', 'Lost')];
  expect((await run('retire', 'Old')).stdout).toMatch(/Old, is put away\./);
  expect((await run('revoke', lost.device)).stdout).toMatch(/Lost, is shut out\./);
  expect((await listed(old.device))?.retiredAt).toBeGreaterThan(0);
  expect((await listed(lost.device))?.revokedAt).toBeGreaterThan(0);
  expect((await run('devices')).stdout).toMatch(/retired, away[^]*revoked, away/);
  const again = await run('revoke', 'Lost');
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/is shut out/)]);
});

it('names those that may be meant, and does nothing', async () => {
  await letIn('entry', 'Twin');
  await letIn('entry', 'Twin');
  const { code, stdout, stderr } = await run('revoke', 'twin');
  expect(stderr).toMatch(
    /"twin" may be any of these:\n.*Twin.*\n.*Twin.*\nSay which one by its id or letter/,
  );
  expect([code, stdout]).toEqual([2, '']);
});

it('lets nobody in who does not ask, and passes on why the hub says no', async () => {
  const nobody = await run('approve', 'K7Q2-M9XD', '--role', 'entry');
  expect(nobody.stderr).toMatch(/no device "K7Q2-M9XD" here\.\nLook at the list/);
  expect(nobody.code).toBe(2);
  const { device } = await letIn('entry', 'Gone');
  await run('revoke', device);
  const refused = await run('role', device, 'kitchen');
  expect(refused.stderr).toMatch(/^Gone was revoked and stays out\..*\n.*\.\n$/);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
});
