// What a domain says must not be kept: it is on no disk and on no screen, whoever brings it and
// however often, and the log stays whole.

import { beforeEach, expect, it } from 'vitest';

import { verifyEntries } from '../chain.ts';
import type { Answered } from '../protocol/outcome.ts';
import { rowsHash, viewHash } from '../rows/view-hash.ts';
import { notesDomain } from '../testing/notes-domain.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';
import { rebuild } from './rebuild.ts';

const secret = 'the password is tulip';
const refusal = { code: 'SECRET', message: 'Passwords are not kept here.' };
const careful = notesDomain({
  withholds: (_name, _v, args) =>
    JSON.stringify(args).includes('tulip') ? { field: 'text', ...refusal } : undefined,
});

let rig: Rig;
let tablet: RigSocket;

beforeEach(() => {
  rig = new Rig(careful);
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
  tablet = new RigSocket(rig, 'a').hello();
  tablet.forget();
});

const write = (n: number, text = secret, id = `x${n}`): Asked => ({
  n,
  name: 'note.write',
  args: { id, text },
});
const row = (key: string) => rig.hub.status.rows.find(key)?.body;
/** Everything that is stored, as it is stored. */
const stored = (): string => JSON.stringify([rig.log, rig.store.load()?.rows]);
const attention = () =>
  [...rig.hub.status.rows.values()]
    .map(({ body }) => body)
    .filter(({ code }) => code === refusal.code);

function expectTheLogToBeWhole(): void {
  const { epochs } = rig.store.load()!;
  const [first, ...rest] = rig.log;
  expect(verifyEntries(rigHash, first!.chain, rest).brokenAt).toBeUndefined();
  const { rows, differsAt } = rebuild(rig.domain, rigHash, epochs, rig.log);
  expect(differsAt).toBeUndefined();
  const there = rowsHash(rigHash, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, rows.values())).toBe(there);
}

it('rejects it without its args and goes on [K1]', () => {
  tablet.push(write(1), write(2, 'hello'));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'rejected', ...refusal });
  expect(tablet.outcomeOf(2)?.outcome).toBe('ok');
  expect(stored()).not.toContain('tulip');
  expect(JSON.parse(rig.log.find(({ id }) => id === 'a-1')!.body)).toMatchObject({
    name: 'note.write',
    args: {},
    withheld: { field: 'text', subject: 'board:x1' },
  });
  expect(attention()).toMatchObject([{ kind: 'rejected', id: 'a-1', subject: 'board:x1' }]);
  expectTheLogToBeWhole();
});

it('rejects a fact as well, and what is broken, unknown, newer or not allowed [K1]', () => {
  const asked: readonly Asked[] = [
    { n: 1, name: 'tally.add', args: { id: 't', by: 'tulip' } },
    { n: 2, name: 'note.write', args: { id: 'x', text: 5, tulip: '' } },
    { n: 3, name: 'note.sing', args: { song: 'tulip' } },
    { ...write(4), v: 9 },
    { n: 5, name: 'note.remove', args: { id: 'x', why: 'tulip' } },
    { n: 6, name: 'device.revoke', args: { device: 'tulip' } },
  ];
  tablet.push(...asked, write(7, 'hello'));
  const outcomes = tablet.outcomes.map(({ outcome, code }) => `${outcome} ${code ?? ''}`);
  expect(outcomes).toEqual([...Array<string>(6).fill('rejected SECRET'), 'ok ']);
  expect(stored()).not.toContain('tulip');
  expectTheLogToBeWhole();
});

it('keeps nothing of it where a command is deferred unread [K1] [D5]', () => {
  rig.own('r', 'device.revoke', { device: 'a' });
  const revoked = new RigSocket(rig, 'a').hello();
  revoked.push(write(1), write(2, 'hello'));
  expect(revoked.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'SECRET' });
  expect(revoked.outcomeOf(2)).toMatchObject({ outcome: 'deferred', code: 'REVOKED' });
  rig.faults.push('value', 'value');
  new RigSocket(rig, 'm').hello().push(write(1));
  expect(stored()).not.toContain('tulip');
  expectTheLogToBeWhole();
});

it('answers it again as before, and keeps nothing of a repeat [K1] [C2] [C3]', () => {
  tablet.push(write(1));
  tablet.push(write(1), { ...write(2), id: 'a-1' });
  expect(tablet.outcomes.map(({ n, outcome }) => [n, outcome])).toEqual([
    [1, 'rejected'],
    [1, 'rejected'],
    [2, 'rejected'],
  ]);
  tablet.push(write(3, 'hello'));
  expect(tablet.outcomeOf(3)?.outcome).toBe('ok');
  expect(stored()).not.toContain('tulip');
});

it('takes nothing of it back from a device that offers it again [K1]', () => {
  rig.restart(rig.domain, { isRestored: true });
  rig.settle(1_000);
  const answered: Answered = {
    epoch: { number: 1, id: 'lost' },
    seq: 9,
    outcome: 'ok',
    message: secret,
    receipt: 3,
    hubTimeMs: 0,
    day: '2026-11-22',
  };
  const back = new RigSocket(rig, 'a').hello({ answered: 2 });
  back.push(
    { ...write(1), answered },
    { ...write(2), answered: { ...answered, outcome: 'rejected' } },
  );
  for (let second = 0; second < 45; second += 1) {
    back.say({ type: 'ping' });
    rig.settle(1_000);
  }
  expect(back.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'SECRET' });
  expect(back.outcomeOf(2)).toMatchObject({ outcome: 'rejected', code: 'SECRET' });
  expect(stored()).not.toContain('tulip');
  expectTheLogToBeWhole();
});

it('rejects what an older build deferred, whoever decides about it [K1] [D8]', () => {
  rig.restart(notesDomain());
  const old = new RigSocket(rig, 'a').hello();
  old.push({ ...write(1), v: 9 }, { n: 2, name: 'note.sing', args: { song: 'tulip' } });
  expect(old.outcomes.map(({ outcome }) => outcome)).toEqual(['deferred', 'deferred']);
  rig.restart(careful);
  const back = new RigSocket(rig, 'a').hello();
  expect(row('deferred/a-1')).toMatchObject({ outcome: 'rejected', code: 'SECRET' });
  const decide = { n: 1, name: 'deferred.decide', args: { id: 'a-2', apply: true } };
  new RigSocket(rig, 'm').hello().push(decide);
  expect(back.outcomeOf(2)).toMatchObject({ outcome: 'rejected', code: 'SECRET' });
  expect(JSON.stringify(rig.store.load()?.rows)).not.toContain('tulip');
});

it('is not saved by a device [K2] [R8]', () => {
  const device = new RigDevice(rig, 'a');
  const given = { id: 'c', args: { id: 'x', text: secret } };
  expect(device.replica.check({ ...given, name: 'note.write' })).toEqual(refusal);
  expect(device.replica.check({ ...given, name: 'device.rename' })).toEqual(refusal);
});

it('leaves the journal of a device whose older build had saved it [K2]', () => {
  rig.domain = notesDomain();
  const device = new RigDevice(rig, 'a');
  device.mutate('note.write', { id: 'x', text: secret });
  device.mutate('note.write', { id: 'y', text: 'hello' });
  rig.restart(careful);
  device.restart().connect();
  rig.settle();
  expect([...device.disk.journal.values()].map(({ answered }) => answered.outcome)).toEqual([
    'rejected',
    'ok',
  ]);
  expect(JSON.stringify([...device.disk.outbox, ...device.disk.journal])).not.toContain('tulip');
  expect(device.shows('note/x')).toBeUndefined();
  const view = rig.domain.views.get('everything')!;
  expect(rowsHash(rigHash, device.replica.confirmed.values())).toBe(
    viewHash(rigHash, 'everything', view, rig.hub.status.rows.values()),
  );
});

it('leaves a journal too when it is offered again after it was ok [K2]', () => {
  rig.restart(notesDomain());
  const old = rig.store.clone();
  const device = new RigDevice(rig, 'a').connect();
  device.mutate('note.write', { id: 'x', text: secret });
  rig.settle();
  expect(device.disk.journal.get(1)?.answered.outcome).toBe('ok');
  rig.domain = careful;
  rig.restore(old, true);
  device.restart();
  for (let second = 0; second < 45; second += 1) {
    if (device.wire === undefined) device.connect();
    device.tick();
    rig.settle(1_000);
  }
  expect(device.disk.journal.get(1)).toMatchObject({
    answered: { outcome: 'rejected', code: 'SECRET' },
  });
  expect(JSON.stringify([...device.disk.journal])).not.toContain('tulip');
  expect(stored()).not.toContain('tulip');
  expectTheLogToBeWhole();
});
