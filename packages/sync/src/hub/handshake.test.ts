import { beforeEach, expect, it } from 'vitest';

import { silenceMsMax } from '../protocol/limits.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { RigSocket, type Asked } from '../testing/rig-socket.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('g', 'guest');
});

const open = (device = 'a', run = 'run1'): RigSocket => new RigSocket(rig, device).hello({ run });
const write = (n: number): Asked => ({ n, name: 'note.write', args: { id: `x${n}`, text: 't' } });

it('speaks first, and says who it is and what has to be signed [H1]', () => {
  const socket = new RigSocket(rig, 'a');
  expect(socket.types).toEqual(['challenge']);
  const { store } = rig.hub.status;
  expect(socket.first('challenge')).toMatchObject({
    hub: 'hub1',
    store,
    protocol: { floor: 1, version: 1 },
  });
  expect(new RigSocket(rig, 'a').first('challenge').nonce).not.toBe(
    socket.first('challenge').nonce,
  );
});

it('welcomes a device that proves who it is, and says where everything stands [H1]', () => {
  const tablet = open();
  tablet.push(write(1), write(2));
  const again = open();
  expect(again.first('welcome')).toMatchObject({
    protocol: 1,
    head: rig.hub.status.at,
    lastN: 2,
    addresses: ['10.0.0.1:8080'],
    limits: { commandsInFlightMax: 256 },
  });
});

it('denies a device of another store, and tells it nothing [H2]', () => {
  const lost = new RigSocket(rig, 'a').hello({ store: 'other' });
  expect(lost.first('deny').code).toBe('OTHER_STORE');
  expect(lost.wire.closing).toBe('4003 OTHER_STORE');
  expect(lost.types).toEqual(['challenge', 'deny']);
});

it('denies a device it does not know [H2]', () => {
  const stranger = new RigSocket(rig, 'z').hello();
  expect(stranger.first('deny').code).toBe('UNKNOWN_DEVICE');
});

it('denies a wrong signature, and one made for another socket or another hub [H2]', () => {
  const liar = new RigSocket(rig, 'a').hello({ signature: 'guessed' });
  expect(liar.first('deny').code).toBe('BAD_SIGNATURE');
  const heard = new RigSocket(rig, 'a').helloWith();
  const replay = new RigSocket(rig, 'a');
  replay.say(heard);
  expect(replay.first('deny').code).toBe('BAD_SIGNATURE');
  const once = new RigSocket(rig, 'a').helloWith();
  rig.restart();
  const after = new RigSocket(rig, 'a');
  after.say(once);
  expect(after.first('deny').code).toBe('BAD_SIGNATURE');
});

it('denies a device that takes the name of another [H2]', () => {
  const thief = new RigSocket(rig, 'g');
  thief.say({ ...thief.helloWith(), device: 'a' });
  expect(thief.first('deny').code).toBe('BAD_SIGNATURE');
});

it('keeps one device to a socket [H2]', () => {
  const tablet = open();
  tablet.say({ ...new RigSocket(rig, 'g').helloWith() });
  expect(tablet.last('deny').code).toBe('BAD_SIGNATURE');
  expect(tablet.isClosed).toBe(true);
});

it('takes nothing before the hello [H3]', () => {
  const early = new RigSocket(rig, 'a');
  early.push(write(1));
  expect(early.last('bye').code).toBe('BAD_FRAME');
  expect(early.wire.closing).toBe('4002 BAD_FRAME');
  expect(rig.log.some(({ device }) => device === 'a')).toBe(false);
});

it('waits 5 s for the hello [H3]', () => {
  const silent = new RigSocket(rig, 'a');
  rig.advance(4_000);
  rig.flush();
  expect(silent.isClosed).toBe(false);
  rig.advance(2_500);
  rig.flush();
  expect(silent.isClosed).toBe(true);
});

it.each([
  ['no JSON', '{'],
  ['another type', '{"type":"welcome"}'],
  ['a field too many', '{"type":"ping","extra":1}'],
  ['a field too few', '{"type":"push"}'],
  ['a list', '[]'],
  ['too long a frame', `{"type":"ping"}${' '.repeat(256 * 1_024)}`],
  ['a harmful type', '{"type":"__proto__"}'],
])('closes the one socket on which %s arrives [M3] [scenario 50]', (_what, text) => {
  const tablet = open();
  const guest = open('g');
  tablet.sayText(text);
  expect(tablet.last('bye').code).toBe('BAD_FRAME');
  expect(tablet.isClosed).toBe(true);
  guest.say({ type: 'ping' });
  expect(guest.last('pong').hubTimeMs).toBeGreaterThan(0);
});

it('lets the newer socket of a device win, and fences the older [H4] [scenario 6]', () => {
  const older = open();
  older.push(write(1));
  rig.step({ type: 'received', socket: older.wire.socket, text: push(2) });
  const newer = open();
  expect(older.last('bye')).toMatchObject({ code: 'REPLACED', retryMs: 10_000 });
  expect(older.wire.closing).toBe('4001 REPLACED');
  const length = rig.log.length;
  rig.step({ type: 'received', socket: older.wire.socket, text: push(3) });
  expect(rig.log.length).toBe(length);
  newer.push(write(1), write(2), write(3));
  expect(newer.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(rig.log.filter(({ device }) => device === 'a').length).toBe(3);
});

const push = (n: number): string => {
  const command = { id: `a-${n}`, v: 2, madeAt: 0, base: 1, ...write(n) };
  return JSON.stringify({ type: 'push', commands: [command] });
};

it('sends no outcome to a socket that was replaced while the commit ran [H4]', () => {
  const older = open();
  rig.holdCommits = true;
  older.push(write(1));
  older.forget();
  const newer = open();
  rig.commit();
  rig.flush();
  expect(older.all('outcomes')).toEqual([]);
  newer.push(write(1));
  expect(newer.outcomeOf(1)?.outcome).toBe('ok');
});

it('takes two runs that replace each other again and again for clones [H5]', () => {
  const runs = ['one', 'two', 'one', 'two', 'one'].map((run) => open('a', run));
  expect(runs.slice(0, 4).map(({ types }) => types.includes('welcome'))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(runs.at(-1)?.first('deny').code).toBe('CLONE');
});

it('takes no device for a clone that only reloads, or only loses its link [H5]', () => {
  for (let time = 0; time < 9; time += 1)
    expect(open('a', `run${time}`).types).toContain('welcome');
  for (let time = 0; time < 9; time += 1) expect(open('a', 'last').types).toContain('welcome');
});

it('forgets replacements after two minutes [H5]', () => {
  for (const run of ['one', 'two', 'one', 'two', 'one', 'two']) {
    expect(open('a', run).types).toContain('welcome');
    rig.advance(61_000);
    rig.flush();
  }
});

it('lets a revoked device deliver, and tells it nothing [H6]', () => {
  rig.own('revoke', 'device.revoke', { device: 'a' });
  const revoked = open();
  expect(revoked.first('welcome').mode).toBe('pushOnly');
  revoked.push(write(1));
  expect(revoked.outcomeOf(1)?.outcome).toBe('deferred');
  rig.own('act', 'tally.add', { id: 't', by: 1 });
  rig.flush();
  expect(revoked.types).toEqual(['challenge', 'welcome', 'outcomes']);
});

it('lets a device below the protocol floor deliver, and tells it nothing [V2]', () => {
  const old = new RigSocket(rig, 'a').hello({ protocol: 0 });
  expect(old.first('welcome').mode).toBe('pushOnly');
  old.push(write(1));
  expect(old.outcomeOf(1)?.outcome).toBe('ok');
  expect(old.types).toEqual(['challenge', 'welcome', 'outcomes']);
});

it('takes a socket from which nothing came for 20 s for dead [H7]', () => {
  const silent = open();
  const lively = open('g');
  for (let ms = 0; ms <= silenceMsMax + 1_000; ms += 2_000) {
    rig.advance(2_000);
    lively.say({ type: 'ping' });
  }
  rig.flush();
  expect(silent.wire.closing).toBe('4000 SILENT');
  expect(lively.isClosed).toBe(false);
  expect(rig.hub.status.devices).toEqual(['g']);
});

it('forgets a socket that is gone [H7]', () => {
  const tablet = open();
  rig.cut(tablet.wire);
  expect(rig.hub.status).toMatchObject({ devices: [], sockets: 0 });
});

it('gives every device the first free letter, without I and O [H8]', () => {
  for (let index = 0; index < 24; index += 1) rig.pair(`d${index}`, 'entry');
  const letters = [...rig.hub.status.rows.values()].flatMap(({ body }) => body['letter'] ?? []);
  expect(letters.slice(0, 9)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J']);
  expect(letters.slice(22)).toEqual(['Y', 'Z', 'AA', 'AB']);
  expect(new Set(letters).size).toBe(26);
});

it('pushes nothing of one shop to the hub of another on the same address [H2] [scenario 64]', () => {
  const tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  tablet.cut();
  tablet.mutate('note.write', { id: 'x', text: 'of the first shop' });
  const other = new Rig(rig.domain, 'other');
  other.pair('a', 'entry');
  const { length } = other.log;
  tablet.said.length = 0;
  tablet.rig = other;
  for (let time = 0; time < 3; time += 1) tablet.connect();
  expect(tablet.denied?.code).toBe('OTHER_STORE');
  const said = tablet.said.map((text) => JSON.parse(text) as { type: string });
  expect(said.map(({ type }) => type)).toEqual(Array(3).fill('hello'));
  expect(said.some((hello) => 'publicKey' in hello)).toBe(false);
  expect(other.log).toHaveLength(length);
  expect(other.hub.knocks).toEqual([]);

  tablet.rig = rig;
  tablet.connect();
  rig.settle();
  expect(rig.hub.status.rows.find('note/x')?.body['by']).toBe('a');
  expect(tablet.replica.status.unanswered).toBe(0);
});
