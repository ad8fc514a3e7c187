// What a device that was kept out or put away can still do to a shop: very little.

import { beforeEach, expect, it } from 'vitest';

import type { Answered } from '../protocol/outcome.ts';
import { revokedCommandsMax } from '../protocol/limits.ts';
import { rowsHash } from '../rows/view-hash.ts';
import { Rig } from '../testing/rig.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';
import { rebuild } from './rebuild.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
});

const revoke = (): unknown => rig.own('revoke', 'device.revoke', { device: 'a' });
const add = (n: number, more: Partial<Asked> = {}): Asked => ({
  n,
  name: 'tally.add',
  args: { id: 't', by: 1 },
  ...more,
});
const answered = (more: Partial<Answered> = {}): Answered => ({
  epoch: rig.hub.status.at.epoch,
  seq: 1,
  outcome: 'ok',
  hubTimeMs: 0,
  day: '2026-01-01',
  ...more,
});
const entriesOf = (device: string): number =>
  rig.log.filter((entry) => entry.device === device).length;
const highestReceipt = (): number => rig.store.load()!.receipt;

function expectTheLogAloneGivesTheRows(): void {
  const { rows, differsAt } = rebuild(rig.domain, rigHash, rig.store.load()!.epochs, rig.log);
  expect(differsAt).toBeUndefined();
  const there = rowsHash(rigHash, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, rows.values())).toBe(there);
}

function offer(device: string, count: number, answeredAs: (n: number) => Answered): RigSocket {
  const socket = new RigSocket(rig, device).hello({ answered: count });
  const ns = Array.from({ length: count }, (_, index) => index + 1);
  const args = { id: 't', by: 100 };
  socket.push(...ns.map((n) => add(n, { args, answered: answeredAs(n) })));
  return socket;
}

it('defers all that a revoked device offers, whatever it says it was answered [E5]', () => {
  revoke();
  const socket = offer('a', 3, () => answered({ outcome: 'rejected', code: 'X' }));
  expect(socket.outcomes.map(({ outcome }) => outcome)).toEqual(Array(3).fill('deferred'));
  expectTheLogAloneGivesTheRows();
});

it('believes a revoked device no receipt number [E5] [L12]', () => {
  const before = highestReceipt();
  revoke();
  offer('a', 5, (n) => answered({ receipt: n * 1_000 }));
  expect(highestReceipt()).toBe(before);
});

it('raises the receipt numbers by no more than a history can have lost [L12]', () => {
  const before = highestReceipt();
  // Too much at once for whoever is no manager: it waits, and its number is on paper.
  const offered = offer('a', 5, (n) => answered({ receipt: before + n * 9_000 }));
  expect(offered.outcomes.map(({ outcome }) => outcome)).toEqual(Array(5).fill('deferred'));
  expect(highestReceipt()).toBe(before + 9_000);
  expectTheLogAloneGivesTheRows();
});

it('counts what a revoked device repeats, and keeps the args of no repeat [E5]', () => {
  new RigSocket(rig, 'm').hello().push(add(1, { id: 'known' }));
  revoke();
  const before = entriesOf('a');
  const socket = new RigSocket(rig, 'a').hello();
  const repeat = (n: number): Asked => add(n, { id: 'known', args: { id: 't', by: 1, pad: 'x' } });
  for (let from = 1; from <= revokedCommandsMax + 400; from += 200) {
    socket.push(...Array.from({ length: 200 }, (_, index) => repeat(from + index)));
  }
  expect(entriesOf('a') - before).toBe(revokedCommandsMax);
  expect(socket.last('busy').code).toBe('REVOKED');
  expect(socket.outcomeOf(1)?.outcome).toBe('ok');
  expect(rig.log.findLast(({ device }) => device === 'a')?.body).toContain('"args":{}');
  expect(rig.log.some(({ body }) => body.includes('pad'))).toBe(false);
  // Answered before, answered again: that costs nothing.
  socket.push(repeat(1));
  expect(socket.outcomeOf(1)?.outcome).toBe('ok');
  expectTheLogAloneGivesTheRows();
});

it('writes nothing down for what a revoked device says in its hellos [C7] [E5]', () => {
  revoke();
  const { length } = rig.log;
  const { at } = rig.hub.status;
  const forged = { ...at, stamp: 'forged' };
  for (let run = 1; run <= 3; run += 1) {
    new RigSocket(rig, 'a').hello({ run: `run${run}`, lowest: run * 10, proof: forged });
  }
  expect(rig.log).toHaveLength(length);
});

it('writes down what is missing or strange once for a socket [C7]', () => {
  const forged = { ...rig.hub.status.at, stamp: 'forged' };
  const socket = new RigSocket(rig, 'a').hello({ lowest: 5, proof: forged });
  const { length } = rig.log;
  expect(rig.log.filter(({ id }) => /^(missing|strange):/.test(id))).toHaveLength(2);
  socket.hello({ lowest: 9, proof: forged, run: 'other' });
  expect(socket.all('welcome')).toHaveLength(2);
  expect(rig.log).toHaveLength(length);
});

it('closes a socket on which hello is said too often, and the device comes back [H14]', () => {
  const socket = new RigSocket(rig, 'a').hello().hello();
  expect(socket.all('welcome')).toHaveLength(2);
  rig.advance(1_000);
  expect(socket.hello().all('welcome')).toHaveLength(3);
  socket.hello();
  expect(socket.last('bye').code).toBe('BAD_FRAME');
  expect(socket.isClosed).toBe(true);
  expect(new RigSocket(rig, 'a').hello().types).toContain('welcome');
});

it.each(['device.retire', 'device.revoke'])(
  'counts nothing as drawn after %s [L11] [E3]',
  (out) => {
    rig.own('add', 'tally.add', { id: 't', by: 1 });
    rig.own('out', out, { device: 'a' });
    const { at } = rig.hub.status;
    const socket = new RigSocket(rig, 'a').hello();
    socket.say({ type: 'seen', epoch: at.epoch, seq: at.seq, stations: ['grill'] });
    expect(rig.hub.status.rows.find('receipt/t')).toBeUndefined();
  },
);

it('lets a manager who was put away manage nothing, and says so [E3] [E1]', () => {
  rig.own('retire', 'device.retire', { device: 'm' });
  const socket = new RigSocket(rig, 'm').hello();
  socket.push({ n: 1, name: 'device.revoke', args: { device: 'a' } }, add(2));
  expect(socket.outcomeOf(1)).toMatchObject({
    outcome: 'rejected',
    code: 'RETIRED',
    message:
      'Tablet m was put away and manages nothing any more. Do it on another manager’s device.',
  });
  expect(socket.outcomeOf(2)?.outcome).toBe('ok');
  expect(rig.hub.status.rows.find('device/a')?.body['revokedAt']).toBeUndefined();
});
