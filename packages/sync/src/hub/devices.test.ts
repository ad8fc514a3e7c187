import { beforeEach, expect, it } from 'vitest';

import type { JsonObject } from '../json.ts';
import { revokedCommandsMax } from '../protocol/limits.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { RigSocket, type Asked } from '../testing/rig-socket.ts';
import { rowsHash } from '../rows/view-hash.ts';
import { rebuild } from './rebuild.ts';

let rig: Rig;
let manager: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
  manager = new RigDevice(rig, 'm').connect();
  rig.settle();
});

const add = (n: number, by = 1): Asked => ({ n, name: 'tally.add', args: { id: 't', by } });
const body = (key: string): JsonObject | undefined => rig.hub.status.rows.find(key)?.body;

/** As a manager's own screen does it. */
function manage(name: string, args: JsonObject) {
  const id = manager.mutate(name, args);
  rig.settle();
  const status = manager.statuses.get(id);
  return status?.at === 'answered' ? status.answered : undefined;
}

function expectTheLogAloneGivesTheRows(): void {
  const { rows, differsAt } = rebuild(rig.domain, rigHash, rig.store.load()!.epochs, rig.log);
  expect(differsAt).toBeUndefined();
  const there = rowsHash(rigHash, rig.hub.status.rows.values());
  expect(rowsHash(rigHash, rows.values())).toBe(there);
}

it('gives a device another name, for managers and for the hub on their behalf [E1]', () => {
  expect(manage('device.rename', { device: 'a', name: 'Grill' })?.outcome).toBe('ok');
  expect(body('device/a')).toMatchObject({ name: 'Grill', letter: 'A', role: 'entry' });
  rig.own('rename', 'device.rename', { device: 'a', name: 'Bar', by: 'm' });
  expect(body('device/a')?.['name']).toBe('Bar');
  const logged = rig.log.find(({ id }) => id === 'rename');
  expect(logged?.body).toContain('"args":{"device":"a","name":"Bar","by":"m"}');
  expectTheLogAloneGivesTheRows();
});

it.each([
  ['device.rename', { name: 'Grill' }],
  ['device.changeRole', { role: 'guest' }],
  ['device.retire', {}],
  ['device.revoke', {}],
])('does %s once, and says so when there is no such device [E1]', (name, args) => {
  expect(rig.own('once', name, { device: 'a', ...args })?.outcome).toBe('ok');
  const after = rig.hub.status.rows.find('device/a');
  expect(rig.own('again', name, { device: 'a', ...args })?.outcome).toBe('ok');
  expect(rig.hub.status.rows.find('device/a')).toBe(after);
  expect(rig.own('nobody', name, { device: 'z', ...args })?.code).toBe('UNKNOWN_DEVICE');
});

it('lets nobody but managers and the hub do any of it [E1] [D4]', () => {
  const tablet = new RigSocket(rig, 'a').hello();
  tablet.push(
    { n: 1, name: 'device.rename', args: { device: 'm', name: 'x' } },
    { n: 2, name: 'device.changeRole', args: { device: 'a', role: 'manager' } },
    { n: 3, name: 'device.retire', args: { device: 'm' } },
    { n: 4, name: 'device.restored', args: { record: {} } },
  );
  expect(tablet.outcomes.map(({ code }) => code)).toEqual(Array(4).fill('FORBIDDEN'));
  expect(manage('device.restored', { record: {} })?.code).toBe('FORBIDDEN');
});

it('says that there is no such role, and that who was revoked stays out [E1]', () => {
  for (const role of ['hub', '4111111111111111']) {
    const refused = manage('device.changeRole', { device: 'a', role });
    expect(refused?.code).toBe('NO_SUCH_ROLE');
    expect(refused?.message).not.toContain(role);
  }
  manage('device.revoke', { device: 'a' });
  expect(manage('device.changeRole', { device: 'a', role: 'guest' })?.code).toBe('REVOKED');
  expect(manage('device.retire', { device: 'a' })?.code).toBe('REVOKED');
  const pair = { device: 'a', publicKey: 'key:a', name: 'a', role: 'entry' };
  expect(rig.own('pair', 'device.pair', pair)?.code).toBe('REVOKED');
});

it('pairs an id with one key only [E1]', () => {
  const pair = { device: 'a', publicKey: 'key:a', name: 'other', role: 'guest' };
  expect(rig.own('same', 'device.pair', pair)?.outcome).toBe('ok');
  expect(body('device/a')).toMatchObject({ name: 'Tablet a', role: 'entry' });
  const other = rig.own('other', 'device.pair', { ...pair, publicKey: 'key:z' });
  expect(other?.code).toBe('TAKEN');
});

it('keeps the hash of the token that a program made for itself [E1]', () => {
  const args = { device: 'p', publicKey: 'key:p', name: 'Export', role: 'entry', bearerHash: 'f0' };
  expect(rig.own('pair:p', 'device.pair', args)?.outcome).toBe('ok');
  expect(body('device/p')).toEqual({ ...args, letter: 'C' });
});

it('drops the token of a program that becomes something else [E1]', () => {
  const args = { device: 'p', publicKey: 'key:p', name: 'Export', role: 'entry', bearerHash: 'f0' };
  rig.own('pair:p', 'device.pair', args);
  rig.own('role:p', 'device.changeRole', { device: 'p', role: 'entry' });
  expect(body('device/p')?.['bearerHash']).toBe('f0');
  rig.own('other:p', 'device.changeRole', { device: 'p', role: 'guest' });
  expect(body('device/p')).not.toHaveProperty('bearerHash');
  expectTheLogAloneGivesTheRows();
});

it('believes only the hub on whose behalf something is done [E1]', () => {
  const refused = manage('device.rename', { device: 'a', name: 'Grill', by: 'a' });
  expect(refused).toMatchObject({ outcome: 'rejected', code: 'FORBIDDEN' });
  expect(body('device/a')?.['name']).toBe('Tablet a');
});

it.each(['x\u001b[2J', 'two\nlines', 'turned \u202e round', 'isle \u2066'])(
  'takes no name that does something to a screen: %j [E1]',
  (name) => {
    const pair = { device: 'p', publicKey: 'key:p', name, role: 'entry' };
    expect(rig.own('pair:p', 'device.pair', pair)?.code).toBe('BAD_COMMAND');
    expect(rig.own('rename', 'device.rename', { device: 'a', name })?.code).toBe('BAD_COMMAND');
    rig.own('good', 'device.rename', { device: 'a', name: 'Chef 👩\u200d🍳 café' });
    expect(body('device/a')?.['name']).toBe('Chef 👩\u200d🍳 café');
  },
);

it('takes no name that no screen and no store can hold [E1] [M1] [scenario 68]', () => {
  for (const name of ['U+0000: \u0000', 'half an emoji: \ud83d', 'x'.repeat(40_960), '']) {
    const args = { device: 'a', name };
    expect(rig.own(`rename:${name.length}`, 'device.rename', args)?.code).toBe('BAD_COMMAND');
  }
  rig.own('good', 'device.rename', { device: 'a', name: 'Grill 🔥' });
  expect(body('device/a')?.['name']).toBe('Grill 🔥');
});

it('ends the session of a device whose role changes, and it comes back to its new view [E2] [scenario 41]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  tablet.mutate('note.write', { id: 'x', text: 'hello' });
  tablet.mutate('note.hide', { id: 'x', hidden: false });
  rig.settle();
  manage('device.changeRole', { device: 'a', role: 'guest' });
  const bye = tablet.heard.find((message) => message.type === 'bye');
  expect(bye).toMatchObject({ code: 'ROLE_CHANGED', retryMs: 250 });
  expect(tablet.wire).toBeUndefined();
  tablet.connect();
  rig.settle();
  const welcome = tablet.heard.findLast((message) => message.type === 'welcome');
  expect(welcome).toMatchObject({ role: 'guest', view: 'public', mode: 'snapshot' });
  expect(tablet.replica.status.role).toBe('guest');
  expect([...tablet.replica.rows()].map(({ key, body: shown }) => [key, shown])).toEqual([
    ['note/x', { text: 'hello' }],
  ]);
  expectTheLogAloneGivesTheRows();
});

it('decides by the role that a device has then: FORBIDDEN is shown, facts are kept [E2] [D4] [scenario 41]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  const note = tablet.mutate('note.write', { id: 'x', text: 'hello' });
  const fact = tablet.mutate('tally.add', { id: 't', by: 7 });
  manage('device.changeRole', { device: 'a', role: 'guest' });
  tablet.connect();
  rig.settle();
  expect(tablet.statuses.get(note)).toMatchObject({
    answered: { outcome: 'rejected', code: 'FORBIDDEN' },
  });
  expect(tablet.statuses.get(fact)).toMatchObject({
    answered: { outcome: 'deferred', code: 'FORBIDDEN' },
  });
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(manage('deferred.decide', { id: fact, apply: true })?.outcome).toBe('ok');
  expect(body('tally/t')).toEqual({ sum: 7 });
});

it('tells a device in its new view how a deferred command was settled meanwhile [E2] [D7] [R7]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  const fact = tablet.mutate('tally.add', { id: 't', by: 100 });
  rig.settle();
  expect(tablet.replica.status.deferred).toBe(1);
  tablet.cut();
  manage('device.changeRole', { device: 'a', role: 'guest' });
  manage('deferred.decide', { id: fact, apply: false });
  tablet.connect();
  rig.settle();
  expect(tablet.replica.confirmed.find(`deferred/${fact}`)?.body['outcome']).toBe('rejected');
  expect(tablet.replica.status.deferred).toBe(0);
  expect(tablet.statuses.get(fact)).toMatchObject({ answered: { outcome: 'rejected' } });
  expectTheLogAloneGivesTheRows();
});

it('foresees by the role it has, also where the view stays the same [E2]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  manage('device.changeRole', { device: 'a', role: 'manager' });
  tablet.connect();
  rig.settle();
  expect(tablet.replica.status).toMatchObject({ role: 'manager', live: true });
  const welcomes = tablet.heard.filter(({ type }) => type === 'welcome');
  expect(welcomes.at(-1)).toMatchObject({ role: 'manager', view: 'everything' });
});

it('forgets what was drawn on the screens of the role before [E2] [L11]', () => {
  rig.own('add', 'tally.add', { id: 't', by: 1 });
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  manage('device.changeRole', { device: 'a', role: 'guest' });
  tablet.said.length = 0;
  tablet.step({ type: 'drawn', stations: ['grill'] });
  tablet.connect();
  rig.settle();
  expect(tablet.said.some((text) => text.includes('"type":"seen"'))).toBe(false);
  expect(body('receipt/t')).toBeUndefined();
  // Whatever a guest's screen says, it has drawn none of what it is not told.
  tablet.step({ type: 'drawn', stations: ['grill'] });
  rig.settle();
  expect(tablet.said.some((text) => text.includes('"type":"seen"'))).toBe(true);
  expect(body('receipt/t')).toBeUndefined();
});

it('tells a retired device nothing, and decides what it delivers as ever [E3]', () => {
  const tablet = new RigSocket(rig, 'a').hello();
  manage('device.retire', { device: 'a' });
  expect(tablet.last('bye')).toMatchObject({ code: 'RETIRED' });
  expect(tablet.isClosed).toBe(true);
  const back = new RigSocket(rig, 'a').hello();
  expect(back.first('welcome').mode).toBe('pushOnly');
  back.push(add(1));
  expect(back.outcomeOf(1)?.outcome).toBe('ok');
  rig.own('other', 'tally.add', { id: 't', by: 1 });
  rig.settle();
  expect(back.types).toEqual(['challenge', 'welcome', 'outcomes']);
  expect(body('device/a')?.['letter']).toBe('A');
  expect(body('device/a')?.['retiredAt']).toBeTypeOf('number');
});

it('cuts the socket of a device in the commit that revokes it, retired or not [E4] [H6]', () => {
  const tablet = new RigSocket(rig, 'a').hello();
  rig.own('revoke', 'device.revoke', { device: 'a', by: 'm' });
  expect(tablet.wire.closing).toBe('4005 REVOKED');
  expect(rig.hub.status.devices).toEqual(['m']);

  rig.pair('b', 'entry');
  rig.own('retire:b', 'device.retire', { device: 'b' });
  const retired = new RigSocket(rig, 'b').hello();
  rig.own('rename:b', 'device.rename', { device: 'b', name: 'Old one' });
  expect(retired.wire.closing).toBeUndefined();
  rig.own('revoke:b', 'device.revoke', { device: 'b' });
  expect(retired.wire.closing).toBe('4005 REVOKED');
});

it('welcomes a device as what it is when the store has answered, not when it said hello [E4]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  rig.own('other', 'tally.add', { id: 't', by: 1 });
  rig.holdNextFind = true;
  tablet.connect();
  expect(tablet.heard.at(-1)?.type).toBe('challenge');
  rig.own('revoke', 'device.revoke', { device: 'a' });
  rig.answerFind();
  rig.flush();
  expect(tablet.heard.findLast(({ type }) => type === 'welcome')).toMatchObject({
    mode: 'pushOnly',
  });
});

it('defers all that a revoked device delivers, also what it asks for as a manager [E4] [D5]', () => {
  rig.own('revoke', 'device.revoke', { device: 'm' });
  rig.settle();
  manager.connect();
  expect(manage('device.revoke', { device: 'a' })).toMatchObject({
    outcome: 'deferred',
    code: 'REVOKED',
  });
  expect(body('device/a')?.['revokedAt']).toBeUndefined();
});

it('takes only so much of a revoked device, and the rest when people have decided [E5]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  const given = Array.from({ length: revokedCommandsMax + 3 }, (_, index) =>
    tablet.mutate('tally.add', { id: `t${index}`, by: 1 }),
  );
  manage('device.revoke', { device: 'a' });
  tablet.connect();
  rig.settle();
  const waiting = () => manager.rig.hub.devices.find(({ device }) => device === 'a')?.deferred;
  expect(waiting()).toBe(revokedCommandsMax);
  expect(tablet.replica.status.unanswered).toBe(3);
  expect(tablet.heard.findLast(({ type }) => type === 'busy')).toMatchObject({
    code: 'REVOKED',
    retryMs: 300_000,
  });
  // What was decided is answered as ever, and takes no room.
  const again = new RigSocket(rig, 'a').hello({ run: 'again' });
  again.push({ n: 1, id: given[0]!, name: 'tally.add', args: { id: 't0', by: 1 } });
  expect(again.outcomeOf(1)?.outcome).toBe('deferred');
  again.push({ ...add(revokedCommandsMax + 1), id: given[revokedCommandsMax]! });
  expect(again.last('busy').code).toBe('REVOKED');
  rig.cut(again.wire);

  for (const id of given.slice(0, 2)) manage('deferred.decide', { id, apply: true });
  rig.advance(400_000);
  for (const device of [manager, tablet]) device.connect();
  rig.settle();
  expect(waiting()).toBe(revokedCommandsMax);
  expect(tablet.replica.status.unanswered).toBe(1);
  expect(body('tally/t1')).toEqual({ sum: 1 });
  expectTheLogAloneGivesTheRows();
});

it('loses nothing of what a full device offers again: it offers the rest when there is room [E5] [C9]', () => {
  rig.own('revoke', 'device.revoke', { device: 'a' });
  const offered = revokedCommandsMax + 600;
  const { epoch } = rig.hub.status.at;
  const answered = { epoch, seq: 1, outcome: 'ok', hubTimeMs: 0, day: '2026-01-01' } as const;
  const offerFrom = (first: number): RigSocket => {
    const socket = new RigSocket(rig, 'a').hello({ answered: offered });
    expect(socket.first('welcome').restoredTo).toBe(first - 1);
    for (let from = first; from <= offered; from += 200) {
      const ns = Array.from({ length: Math.min(200, offered + 1 - from) }, (_, at) => from + at);
      socket.push(...ns.map((n) => ({ ...add(n), answered })));
    }
    return socket;
  };
  const lastN = (): number | undefined => rig.hub.devices[0]?.lastN;
  expect(offerFrom(1).last('busy').code).toBe('REVOKED');
  expect(lastN()).toBe(revokedCommandsMax);
  for (let n = 1; n <= 600; n += 1) {
    rig.own(`no:${n}`, 'deferred.decide', { id: `a-${n}`, apply: false });
  }
  const again = offerFrom(revokedCommandsMax + 1);
  expect(again.all('busy')).toEqual([]);
  expect(lastN()).toBe(offered);
  expect(again.outcomeOf(offered)?.outcome).toBe('deferred');
});

it('lists who is paired, who is here, and what waits [E6]', () => {
  const tablet = new RigSocket(rig, 'a').hello();
  tablet.push(add(1), add(2, 100));
  const [first, second] = rig.hub.devices;
  expect(first).toMatchObject({ device: 'a', letter: 'A', isHere: true, lastN: 2, deferred: 1 });
  expect(second).toMatchObject({ device: 'm', role: 'manager', isHere: true, deferred: 0 });
  const leftMs = Math.round(rig.wallMs);
  rig.cut(tablet.wire);
  rig.advance(5_000);
  expect(rig.hub.devices[0]).toMatchObject({ isHere: false, seenMs: leftMs });
});
