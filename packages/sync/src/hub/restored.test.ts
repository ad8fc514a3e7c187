// An older copy of the store is put back: the device table is merged with what the sidecar remembers.

import { beforeEach, expect, it } from 'vitest';

import type { JsonObject } from '../json.ts';
import { rowsHash } from '../rows/view-hash.ts';
import type { MemoryStore } from '../testing/memory-store.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { rebuild } from './rebuild.ts';

let rig: Rig;
let manager: RigDevice;
let old: MemoryStore;

beforeEach(() => {
  rig = new Rig();
  rig.pair('m', 'manager');
  rig.pair('r', 'entry');
  manager = new RigDevice(rig, 'm').connect();
  rig.settle();
  old = rig.store.clone();
});

const body = (key: string): JsonObject | undefined => rig.hub.status.rows.find(key)?.body;

/** The sidecar is written, then the old copy is put back. */
function goBack(): void {
  rig.settle(1_500);
  rig.restore(old, true);
}

function comeBack(...devices: readonly RigDevice[]): void {
  for (let time = 0; time < 9; time += 1) {
    for (const device of devices) device.connect();
    rig.settle(5_000);
  }
}

function expectTheLogAloneGivesTheRows(): void {
  const { rows, differsAt } = rebuild(rig.domain, rigHash, rig.store.load()!.epochs, rig.log);
  expect(differsAt).toBeUndefined();
  const there = rowsHash(rigHash, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, rows.values())).toBe(there);
}

it('lets a device back in with all its orders, and keeps out who was revoked [L13] [E8] [scenario 61]', () => {
  const revoked = new RigDevice(rig, 'r').connect();
  rig.own('revoke:r', 'device.revoke', { device: 'r' });
  rig.settle(1_500);
  // The box breaks before the sidecar hears of the device that was paired last.
  const { witnessed } = rig;
  rig.pair('n', 'entry');
  const paired = new RigDevice(rig, 'n').connect();
  for (const id of ['x1', 'x2', 'x3']) paired.mutate('note.write', { id, text: 'of n' });
  rig.settle(1_500);
  rig.witnessed = witnessed;
  rig.restore(old, true);
  paired.mutate('note.write', { id: 'x4', text: 'of n' });
  revoked.mutate('note.write', { id: 'secret', text: 'of r' });
  comeBack(paired, revoked, manager);
  expect(paired.denied?.code).toBe('UNKNOWN_DEVICE');
  expect(paired.replica.status.unanswered).toBe(1);

  const [asking] = rig.hub.knocks;
  expect(asking).toMatchObject({ device: 'n', publicKey: 'key:n', answered: 3 });
  const { device, publicKey } = asking!;
  rig.own('approve', 'device.pair', { device, publicKey, name: 'Tablet n', role: 'entry' });
  comeBack(paired, revoked);
  for (const id of ['x1', 'x2', 'x3', 'x4']) expect(body(`note/${id}`)?.['by']).toBe('n');
  expect(paired.replica.status).toMatchObject({ unanswered: 0, live: true });
  expect(body('device/r')?.['revokedAt']).toBeTypeOf('number');
  expect(body('note/secret')).toBeUndefined();
  expect(revoked.heard.findLast(({ type }) => type === 'welcome')).toMatchObject({
    mode: 'pushOnly',
  });
  expectTheLogAloneGivesTheRows();
});

it('knows again who was paired since the copy, as the sidecar remembers it [L13] [scenario 61]', () => {
  rig.pair('n', 'entry');
  const paired = new RigDevice(rig, 'n').connect();
  for (const id of ['x1', 'x2']) paired.mutate('note.write', { id, text: 'of n' });
  const before = body('device/n');
  goBack();
  expect(body('device/n')).toEqual(before);
  comeBack(paired, manager);
  expect(paired.denied).toBeUndefined();
  for (const id of ['x1', 'x2']) expect(body(`note/${id}`)?.['by']).toBe('n');
  expectTheLogAloneGivesTheRows();
});

it('gives devices the name, the role and the standing that they had when history was lost [L13]', () => {
  rig.own('rename', 'device.rename', { device: 'r', name: 'Bar' });
  rig.own('role', 'device.changeRole', { device: 'r', role: 'guest' });
  rig.own('retire', 'device.retire', { device: 'r' });
  goBack();
  const { retiredAt, ...rest } = body('device/r')!;
  expect(rest).toMatchObject({ name: 'Bar', role: 'guest', letter: 'B' });
  expect(retiredAt).toBeTypeOf('number');
  expect(Number(retiredAt)).toBeLessThanOrEqual(rig.hub.status.at.seq);
  expectTheLogAloneGivesTheRows();
});

it('lets no old word of the sidecar undo a revocation [L13]', () => {
  rig.settle(1_500);
  const { witnessed } = rig;
  rig.own('revoke:r', 'device.revoke', { device: 'r' });
  rig.own('rename:r', 'device.rename', { device: 'r', name: 'Lost' });
  rig.witnessed = witnessed;
  rig.stampKey = 'made anew';
  rig.restore(rig.store.clone(), true);
  expect(rig.hub.status.at.epoch.number).toBe(2);
  expect(body('device/r')?.['revokedAt']).toBeTypeOf('number');
});

it('merges one sidecar once, however often the hub starts before recovery has ended [L13] [L14]', () => {
  rig.own('rename', 'device.rename', { device: 'r', name: 'Bar' });
  goBack();
  expect(body('device/r')?.['name']).toBe('Bar');
  rig.own('rename:again', 'device.rename', { device: 'r', name: 'Terrace' });
  rig.restore(rig.store.clone(), true);
  expect(body('device/r')?.['name']).toBe('Terrace');
});

it('gives no letter to two devices [L13] [H8]', () => {
  rig.pair('n', 'entry');
  rig.settle(1_500);
  const { witnessed } = rig;
  rig.restore(old, false);
  rig.pair('k', 'entry');
  expect(body('device/k')?.['letter']).toBe('C');
  rig.witnessed = witnessed;
  rig.restore(rig.store.clone(), true);
  expect(body('device/n')?.['letter']).toBe('D');
  expect(body('device/k')?.['letter']).toBe('C');
});
