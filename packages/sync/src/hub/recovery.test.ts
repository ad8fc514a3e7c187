import { beforeEach, expect, it } from 'vitest';

import { stampOf } from '../chain.ts';
import { Rig } from '../testing/rig.ts';
import { expectTheHubsView, expectTheLogAloneGivesTheRows } from '../testing/rig-claims.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { lossAtOpening } from './epoch.ts';
import { openingOf } from './run.ts';

let rig: Rig;
let waiter: RigDevice;
let manager: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('w', 'entry');
  rig.pair('m', 'manager');
  waiter = new RigDevice(rig, 'w').connect();
  manager = new RigDevice(rig, 'm').connect();
  rig.settle();
});

const hourMs = 3_600_000;
const body = (key: string) => rig.hub.status.rows.find(key)?.body;
const attention = (code: string): unknown[] =>
  [...rig.hub.status.rows.values()]
    .filter(({ key, body: entry }) => key.startsWith('attention/') && entry['code'] === code)
    .map(({ body: entry }) => entry['message']);

function write(device: RigDevice, id: string): string {
  const command = device.mutate('note.write', { id, text: `of ${device.name}` });
  rig.settle();
  return command;
}

function close(device: RigDevice, id: string): void {
  device.mutate('note.close', { id });
  rig.settle();
}

/** Says hello until the hub's new history has begun, and offers what is asked for. */
function comeBack(...devices: readonly RigDevice[]): void {
  for (let time = 0; time < 3; time += 1) {
    for (const device of devices) device.connect();
    rig.settle(1_000);
  }
}

function switchedOffFor(device: RigDevice, ms: number): void {
  device.cut();
  for (const other of [waiter, manager]) if (other.wire !== undefined) other.cut();
  rig.monoMs += ms;
  rig.wallMs += ms;
}

function expectEqual(device: RigDevice): void {
  expectTheHubsView(device);
  expect(device.replica.status).toMatchObject({ unanswered: 0, at: rig.hub.status.at });
}

it('is found out by the chain where its own history has grown past what a device saw [U6] [scenario 17]', () => {
  manager.cut();
  const old = rig.store.clone();
  for (const id of ['x1', 'x2', 'x3']) write(waiter, id);
  const seen = rig.hub.status.at;
  waiter.cut();

  rig.restore(old, false);
  comeBack(manager);
  for (const id of ['y1', 'y2', 'y3', 'y4', 'y5']) write(manager, id);
  expect(rig.hub.status.at.seq).toBeGreaterThan(seen.seq);
  expect(rig.hub.status.at.epoch.number).toBe(1);
  comeBack(waiter, manager);
  expect(rig.hub.status.at.epoch.number).toBe(2);
  for (const id of ['x1', 'x2', 'x3']) expect(body(`note/${id}`)?.['by']).toBe('w');
  for (const id of ['y1', 'y5']) expect(body(`note/${id}`)?.['by']).toBe('m');
  for (const device of [waiter, manager]) expectEqual(device);
  expectTheLogAloneGivesTheRows(rig);
});

it('names what a device has let go of when an older copy is put back, and goes on [C7] [scenario 19]', () => {
  for (const id of ['x1', 'x2']) write(waiter, id);
  const old = rig.store.clone();
  for (const id of ['x3', 'x4', 'x5']) write(waiter, id);
  const epoch = rig.hub.status.at.epoch.id;
  rig.step({ type: 'copied', epoch, lastN: new Map([['w', 4]]) });
  switchedOffFor(waiter, 100 * hourMs);
  waiter.connect();
  rig.settle(6_000);
  expect([...waiter.disk.journal.keys()]).toEqual([5]);
  write(waiter, 'x6');

  rig.restore(old, true);
  comeBack(waiter, manager);
  write(waiter, 'x7');
  expect(attention('DID_NOT_COME_BACK')).toEqual(['Tablet w: 3–4 did not come back.']);
  expect(['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'].filter((id) => body(`note/${id}`))).toEqual([
    'x1',
    'x2',
    'x5',
    'x6',
    'x7',
  ]);
  expectEqual(waiter);
  expectTheLogAloneGivesTheRows(rig);
});

it('keeps all that the sidecar remembers until everything has come back [L14]', () => {
  const old = rig.store.clone();
  write(waiter, 'x');
  rig.settle(1_500);
  rig.holdCommits = true;
  rig.restore(old.clone(), true);
  rig.advance(2_000);
  rig.holdCommits = false;
  // It died before anything of the new history was durable: the next one has to notice again.
  rig.restore(old, true);
  rig.settle(1_000);
  expect(rig.hub.status.at.epoch.number).toBe(2);
  comeBack(waiter, manager);
  expect(body('note/x')?.['by']).toBe('w');
});

it('does not wait for a device that was put away, and hears it when it comes [L15] [E3]', () => {
  rig.pair('d', 'entry');
  const drawer = new RigDevice(rig, 'd').connect();
  const old = rig.store.clone();
  write(drawer, 'y');
  drawer.cut();
  rig.own('retire:d', 'device.retire', { device: 'd' });
  rig.settle(1_500);
  rig.restore(old, true);
  comeBack(waiter, manager);
  expect(rig.hub.status.awaited).toBeUndefined();
  drawer.connect();
  rig.settle(1_000);
  expect(body('note/y')?.['by']).toBe('d');
});

it.each([
  ['does not wait for a device that was not here for a week', 8, 'ok'],
  ['waits for a device that was here within the week', 6, 'busy'],
])('%s [L15]', (_what, days, expected) => {
  rig.pair('d', 'entry');
  const drawer = new RigDevice(rig, 'd').connect();
  write(waiter, 'x');
  rig.settle(1_500);
  for (let day = 0; day < days; day += 1) {
    switchedOffFor(drawer, 24 * hourMs);
    for (const device of [waiter, manager]) device.connect();
    write(waiter, `x${day}`);
    rig.settle(1_500);
  }
  const old = rig.store.clone();
  write(waiter, 'y');
  rig.settle(1_500);
  rig.restore(old, true);
  comeBack(waiter, manager);
  waiter.heard.length = 0;
  write(waiter, 'z');
  const said = waiter.heard.some(({ type }) => type === 'busy') ? 'busy' : 'ok';
  expect(said).toBe(expected);
  expect(body('note/z')?.['by']).toBe(expected === 'ok' ? 'w' : undefined);
});

it.each([
  ['on the same day', [], undefined],
  ['after the day has turned', ['2026-12-01', '2026-12-02'], undefined],
  ['when a person lets it through later', ['2026-12-01', '2026-12-02'], 'm'],
])('tells people when two bills have one receipt number, %s [L12]', (_when, days, decider) => {
  const old = rig.store.clone();
  write(waiter, 'x');
  close(waiter, 'x');
  expect(body('note/x')?.['receipt']).toBe(1);
  waiter.cut();

  rig.restore(old, false);
  comeBack(manager);
  rig.settle(40_000);
  manager.connect();
  write(manager, 'y');
  close(manager, 'y');
  expect(body('note/y')?.['receipt']).toBe(1);
  expect(attention('RECEIPT_TWICE')).toEqual([]);
  for (const day of days) rig.own(`turn:${day}`, 'day.turn', { day });
  if (decider !== undefined) rig.own('revoke:w', 'device.revoke', { device: 'w' });

  comeBack(waiter);
  for (const n of decider === undefined ? [] : [1, 2]) {
    manager.connect();
    manager.mutate('deferred.decide', { id: `w.c${n}`, apply: true });
    rig.settle();
  }
  expect(attention('RECEIPT_TWICE')).toEqual([
    'Receipt number 1 is on two bills, board:y and board:x. Both stay as they are; tell whoever keeps the books.',
  ]);
  expect(body('note/x')?.['receipt']).toBe(1);
  write(manager, 'z');
  close(manager, 'z');
  expect(body('note/z')?.['receipt']).toBe(2);
  expectTheLogAloneGivesTheRows(rig);
});

it('says nothing of receipt numbers that come back to the bills that had them [L12]', () => {
  const old = rig.store.clone();
  for (const id of ['x1', 'x2']) {
    write(waiter, id);
    close(waiter, id);
  }
  rig.settle(1_500);
  rig.restore(old, true);
  comeBack(waiter, manager);
  write(manager, 'y');
  close(manager, 'y');
  expect(['x1', 'x2', 'y'].map((id) => body(`note/${id}`)?.['receipt'])).toEqual([1, 2, 3]);
  expect(attention('RECEIPT_TWICE')).toEqual([]);
  expectTheLogAloneGivesTheRows(rig);
});

it('ends although one device stays away and another comes and goes [L15]', () => {
  rig = new Rig();
  rig.pair('t', 'entry');
  rig.pair('k', 'entry');
  const away = new RigDevice(rig, 't').connect();
  const restless = new RigDevice(rig, 'k').connect();
  rig.settle();
  const old = rig.store.clone();
  restless.mutate('note.write', { id: 'y', text: 'x' });
  rig.settle(1_500);
  away.cut();
  rig.restore(old, true);
  for (let second = 0; second < 120; second += 1) {
    if (second % 10 === 0 && restless.wire !== undefined) restless.cut();
    restless.connect();
    restless.tick();
    rig.settle(1_000);
  }
  expect(restless.replica.status.live).toBe(true);
});

it('tells people too when the number was given again before the loss was noticed [L12]', () => {
  const old = rig.store.clone();
  waiter.mutate('note.write', { id: 'first', text: 'a' });
  waiter.mutate('note.close', { id: 'first' });
  rig.settle();
  waiter.cut();
  manager.cut();
  rig.restore(old, false);
  rig.pair('k', 'entry');
  const kitchen = new RigDevice(rig, 'k').connect();
  kitchen.mutate('note.write', { id: 'second', text: 'b' });
  kitchen.mutate('note.close', { id: 'second' });
  rig.settle();
  waiter.connect();
  rig.live(45_000, waiter, kitchen);
  const receipts = ['first', 'second'].map((id) => {
    return rig.hub.status.rows.find(`note/${id}`)?.body['receipt'];
  });
  expect(receipts).toEqual([1, 1]);
  const told = [...rig.hub.status.rows.values()].filter((row) => {
    return row.body['code'] === 'RECEIPT_TWICE';
  });
  expect(told).toHaveLength(1);
});

it('gives no new bill a number that an offer names, also one that has to wait [L12]', () => {
  const old = rig.store.clone();
  waiter.mutate('note.write', { id: 'first', text: 'a' });
  rig.settle();
  manager.mutate('note.close', { id: 'first' });
  rig.settle();
  waiter.cut();
  rig.restore(old, false);
  rig.live(45_000, manager);
  manager.mutate('note.write', { id: 'second', text: 'b' });
  manager.mutate('note.close', { id: 'second' });
  rig.live(30_000, manager, waiter);
  const receipts = ['first', 'second'].map((id) => {
    return rig.hub.status.rows.find(`note/${id}`)?.body['receipt'];
  });
  expect(receipts).toEqual([1, 2]);
});

it('is noticed by the stamp when the start that made a new key did not live [L14]', () => {
  const copy = rig.store.clone();
  const { head, epochs } = copy.load()!;
  waiter.mutate('note.write', { id: 'x', text: 'a' });
  rig.settle(2_000);
  const { number, id } = epochs[0]!;
  const at = { epoch: { number, id }, ...head };
  const stamp = stampOf(rigHash, rig.stampKey, at);
  // The sidecar of the copy itself fits the copy; only the key beside it is another one now.
  rig.witnessed = { ...rig.witnessed!, at: { ...at, stamp } };
  rig.stampKey = 'made anew';
  rig.restore(copy, true);
  rig.live(40_000, waiter, manager);
  expect(rig.hub.status.at.epoch.number).toBe(2);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
});

it('heals what nothing noticed, because devices offer it again in any epoch [L15]', () => {
  const old = rig.store.clone();
  waiter.mutate('note.write', { id: 'x', text: 'a' });
  rig.settle(2_000);
  rig.stampKey = 'made anew';
  rig.restore(old, false);
  rig.live(30_000, waiter, manager);
  const late = waiter.mutate('note.write', { id: 'y', text: 'b' });
  rig.settle(2_000);
  expect(waiter.statuses.get(late)).toMatchObject({ answered: { outcome: 'ok' } });
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
});

it('is taken for an old copy where its sidecar is gone, before anybody gives a command [L14]', () => {
  const old = rig.store.clone();
  write(waiter, 'x');
  rig.store = old;
  rig.restart(rig.domain, openingOf(old, undefined, false));
  rig.settle();
  expect(rig.hub.status.at.epoch.number).toBe(2);
  comeBack(waiter, manager);
  rig.live(5_000, waiter, manager);
  expect(body('note/x')).toBeDefined();
});

it('does not miss a sidecar where nothing was decided yet [L14]', () => {
  expect(lossAtOpening(openingOf(rig.store, undefined, false), [], 0, () => true)).toBeUndefined();
});

it('writes the sidecar once when it is over, and then only after a commit [L14]', () => {
  const old = rig.store.clone();
  waiter.mutate('note.write', { id: 'x', text: 'a' });
  rig.settle(2_000);
  rig.restore(old, true);
  rig.live(45_000, waiter, manager);
  const { witnessed } = rig;
  expect(witnessed?.epochs).toHaveLength(2);
  rig.live(30_000, waiter, manager);
  expect(rig.witnessed).toBe(witnessed);
});

it('is offered what a device was answered while its storage was full [C9]', () => {
  const old = rig.store.clone();
  waiter.cut();
  waiter.mutate('note.write', { id: 'x', text: 'a' });
  waiter.diskFull = true;
  waiter.connect();
  rig.settle(2_000);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
  rig.restore(old, true);
  rig.live(40_000, waiter, manager);
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
});
