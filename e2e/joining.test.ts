// Devices that the hub lost: an older copy of the orders is put back, from before one device was let
// in and another was shut out. What people type is `pos-sync`, as they would on the box.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { DeviceList } from '../cli/src/devices/device-list.ts';
import { runCommand } from '../cli/src/testing/run-command.ts';
import { type Crew, openCrew, settled } from './crew.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { copyStore, putBack, witnessedSeq } from './old-copy.ts';
import { serveOrders } from './service.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const healedWithinMs = 60_000;
const saidWithinMs = 20_000;
const testMs = 180_000;

let folder: string;
let hub: StandingHub;
let ledger: Ledger;
let crew: Crew;

/** A manager and one waiter, some orders, and a copy of them. */
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'joining-'));
  for (const name of ['devices', 'copy']) mkdirSync(path.join(folder, name));
  hub = await openStandingHub(path.join(folder, 'data'));
  ledger = new Ledger();
  crew = await openCrew(hub, path.join(folder, 'devices'), ledger, 1);
  await serveOrders(crew.devices, 'before', 2);
  await settled(crew);
  await hub.end('SIGTERM');
  copyStore(hub.dataFolder, path.join(folder, 'copy'));
  await hub.start();
  await settled(crew);
}, testMs);
afterEach(async () => {
  await hub.end('SIGKILL');
  await crew.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What `pos-sync` says; it has to do what it was asked. */
async function posSync(...args: string[]): Promise<string> {
  const at = ['--data', hub.dataFolder, '--hub', hub.address];
  const { code, stdout, stderr } = await runCommand(...args, ...at);
  expect([code, stderr], args.join(' ')).toEqual([0, '']);
  return stdout;
}

async function listed(): Promise<DeviceList> {
  return JSON.parse(await posSync('devices', '--json')) as DeviceList;
}

/** What is lost, doubled or different in the end. */
async function findings(): Promise<string[]> {
  await settled(crew, healedWithinMs);
  await hub.end('SIGTERM');
  return judge(readKept(hub.dataFolder), ledger, crew);
}

it(
  'lets a device back in that the copy does not know; nothing is lost, nothing twice [E8] [scenario 61]',
  async () => {
    const late = await crew.letIn('entry', 2);
    await serveOrders(crew.devices, 'after', 2);
    await settled(crew);
    await hub.end('SIGKILL');
    await serveOrders([late], 'alone', 1);
    putBack(path.join(folder, 'copy'), hub.dataFolder);
    // It would know the device: this is a copy on a new machine.
    rmSync(path.join(hub.dataFolder, 'sidecar.json'));
    await hub.start();

    const asks = (): boolean => late.client.connection.state === 'asksToBeLetIn';
    await until('the device asks', asks, saidWithinMs);
    const isListed = async (): Promise<boolean> => (await listed()).asking.length > 0;
    await until('the hub lists it', isListed, saidWithinMs);
    const { device, letter } = late.client.identity;
    const { checkCode = '' } = late.client.connection;
    expect((await listed()).asking).toMatchObject([{ device, checkCode, name: late.name }]);
    expect(await posSync('devices')).toMatch(`approve ${checkCode} --role`);
    await serveOrders([late], 'asking', 1);

    const said = await posSync('approve', checkCode, '--role', 'entry');
    expect(said).toMatch(/^entry-2 is let in as entry\./);
    expect(await findings()).toEqual([]);
    expect(late.client.connection.checkCode).toBeUndefined();
    expect(late.client.identity.letter).toBe(letter);
  },
  testMs,
);

it(
  'knows by what lies beside the database who was let in since, and who was shut out [L13] [scenario 61]',
  async () => {
    const [, revoked] = crew.devices;
    const late = await crew.letIn('entry', 2);
    await serveOrders([crew.manager, late], 'after', 2);
    await settled(crew);
    expect(await posSync('revoke', 'entry-1')).toMatch(/entry-1, is shut out/);
    const isOut = async (): Promise<boolean> => {
      const { devices } = await listed();
      return devices.every(({ name, isHere }) => name !== 'entry-1' || !isHere);
    };
    await until('the socket is cut', isOut, 1_000);
    const isTold = (): boolean => revoked?.client.connection.state === 'denied';
    await until('the device says so', isTold, saidWithinMs);
    expect(revoked?.client.connection.denial?.code).toBe('REVOKED');
    const out = (await listed()).devices.find(({ name }) => name === 'entry-1');
    const isWitnessed = (): boolean => witnessedSeq(hub.dataFolder) >= Number(out?.revokedAt);
    await until('a sidecar that knows', isWitnessed, saidWithinMs);
    await hub.end('SIGKILL');
    putBack(path.join(folder, 'copy'), hub.dataFolder);
    await hub.start();

    await revoked?.client.close();
    const present = { ...crew, devices: crew.devices.filter((one) => one !== revoked) };
    await settled(present, healedWithinMs);
    const { devices, asking } = await listed();
    expect(asking).toEqual([]);
    const byName = new Map(devices.map((device) => [device.name, device]));
    expect(byName.get('entry-1')?.revokedAt).toBeGreaterThan(0);
    expect(byName.get('entry-2')).toMatchObject({ device: late.client.identity.device });
    await hub.end('SIGTERM');
    expect(judge(readKept(hub.dataFolder), ledger, present)).toEqual([]);
  },
  testMs,
);
