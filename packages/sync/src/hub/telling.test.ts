import { beforeEach, expect, it } from 'vitest';

import { behindBytes, frameBytesMax, tellEveryMs } from '../protocol/limits.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;
let guest: RigSocket;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('g', 'guest');
  rig.pair('s', 'screen');
  tablet = new RigSocket(rig, 'a').hello();
  guest = new RigSocket(rig, 'g').hello();
  pass();
  for (const one of [tablet, guest]) one.forget();
});

function pass(ms = 10): void {
  rig.advance(ms);
  rig.flush();
}

const write = (n: number, id = `x${n}`, text = 'hello'): Asked => ({
  n,
  name: 'note.write',
  args: { id, text },
});
const add = (n: number): Asked => ({ n, name: 'tally.add', args: { id: 't', by: 1 } });
const hide = (n: number, id: string, hidden: boolean): Asked => ({
  n,
  name: 'note.hide',
  args: { id, hidden },
});

it('tells at once when the last telling is old enough [T1]', () => {
  tablet.push(write(1));
  expect(guest.types).toEqual(['changes']);
});

it('tells a view at most once in 5 ms, together with what followed [T1]', () => {
  tablet.push(write(1));
  tablet.push(write(2));
  tablet.push(write(3));
  expect(guest.all('changes').length).toBe(1);
  pass(tellEveryMs - 1);
  expect(guest.all('changes').length).toBe(1);
  pass(1);
  expect(guest.all('changes').length).toBe(2);
  expect(guest.last('changes').puts.map(({ key }) => key)).toEqual(['note/x2', 'note/x3']);
});

it('encodes a telling once for all devices of a view [T2]', () => {
  rig.pair('g2', 'guest');
  const second = new RigSocket(rig, 'g2').hello();
  pass();
  second.forget();
  tablet.push(write(1));
  expect(second.first('changes')).toEqual(guest.first('changes'));
});

it('tells of each view what it shows, and no row of another kind [T2]', () => {
  tablet.push(write(1), add(2));
  expect(guest.first('changes').puts.map(({ key, body }) => [key, body])).toEqual([
    ['note/x1', { text: 'hello' }],
  ]);
  const keys = tablet.first('changes').puts.map(({ key }) => key);
  expect(keys).toEqual(['note/x1', 'tally/t']);
});

it('tells a row that leaves a view as a removal there [T3]', () => {
  tablet.push(write(1));
  pass();
  guest.forget();
  tablet.push(hide(2, 'x1', true));
  expect(guest.first('changes')).toMatchObject({ puts: [], removed: ['note/x1'] });
  pass();
  tablet.push(hide(3, 'x1', false));
  expect(guest.last('changes').puts.map(({ key }) => key)).toEqual(['note/x1']);
});

it('tells nothing of a row that the view showed neither before nor after [T3]', () => {
  tablet.push(write(1), hide(2, 'x1', true));
  pass();
  guest.forget();
  tablet.push({ n: 3, name: 'note.change', args: { id: 'x1', text: 'secret' } });
  pass();
  expect(guest.types).toEqual([]);
});

it('lets a frame follow on from the last that went to every device of the view [T4]', () => {
  tablet.push(write(1));
  pass();
  tablet.push(add(2));
  pass();
  tablet.push(write(3));
  const [one, two] = guest.all('changes');
  expect(two?.from).toBe(one?.at.seq);
  expect(two?.at.seq).toBe(rig.hub.status.at.seq);
});

it('sends a telling that is empty for a view only to devices whose lastN it moves [T5]', () => {
  const screen = new RigSocket(rig, 's').hello();
  pass();
  for (const one of [tablet, guest, screen]) one.forget();
  guest.push({ n: 1, name: 'note.change', args: { id: 'no', text: '' } });
  pass();
  expect(screen.types).toEqual([]);
  expect(guest.last('changes')).toMatchObject({ puts: [], removed: [], lastN: { g: 1 } });
  const { from } = guest.last('changes');
  tablet.push(write(1));
  expect(guest.last('changes').from).toBe(from);
});

it('carries the lastN of the devices whose commands are in a frame, of that view alone [T6]', () => {
  tablet.push(write(1), write(2));
  expect(tablet.first('changes').lastN).toEqual({ a: 2 });
  expect(guest.first('changes').lastN).toEqual({});
});

it('sends a telling that is longer than a frame as catch-up [T7]', () => {
  const text = 'x'.repeat(30_000);
  rig.holdCommits = true;
  tablet.push(write(1, 'x1', text));
  for (let first = 2; first <= 12; first += 2) {
    tablet.push(write(first, `x${first}`, text), write(first + 1, `x${first + 1}`, text));
  }
  rig.holdCommits = false;
  rig.commit();
  pass();
  expect(guest.types).toContain('catchUpEnd');
  expect(guest.first('catchUpBegin').kind).toBe('delta');
  const told = [...guest.all('changes'), ...guest.all('catchUpPart')].flatMap(({ puts }) => puts);
  expect(new Set(told.map(({ key }) => key)).size).toBe(13);
  for (const frame of guest.frames) {
    expect(JSON.stringify(frame).length).toBeLessThanOrEqual(frameBytesMax);
  }
});

it('tells a device that is behind nothing, and one delta when it is drained [B1]', () => {
  const { socket } = guest.wire;
  rig.step({ type: 'pressed', socket });
  for (let n = 1; n <= 50; n += 1) tablet.push(write(n, `x${n % 5}`, `${n}`));
  pass();
  expect(guest.types).toEqual([]);
  rig.step({ type: 'drained', socket });
  rig.flush();
  expect(guest.types).toEqual(['catchUpBegin', 'catchUpPart', 'catchUpEnd']);
  expect(guest.first('catchUpBegin').kind).toBe('delta');
  expect(guest.first('catchUpPart').puts.length).toBe(5);
  expect(guest.first('catchUpEnd').at.seq).toBe(rig.hub.status.at.seq);
  expect(behindBytes).toBe(256 * 1_024);
});

it('tells a drained device live again [B1]', () => {
  const { socket } = guest.wire;
  rig.step({ type: 'pressed', socket });
  rig.step({ type: 'drained', socket });
  tablet.push(write(1));
  pass();
  expect(guest.types).toEqual(['changes']);
});

it('gives a device that was behind over the turn a snapshot [B1]', () => {
  const { socket } = guest.wire;
  rig.step({ type: 'pressed', socket });
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  rig.step({ type: 'drained', socket });
  rig.flush();
  expect(guest.first('catchUpBegin').kind).toBe('snapshot');
});

it('gives a device that asks anew while it is behind what it asks for, when it has drained [B1] [U4]', () => {
  const slow = new RigSocket(rig, 's').hello();
  const { at } = rig.hub.status;
  const { view, projection } = slow.last('welcome');
  rig.step({ type: 'pressed', socket: slow.wire.socket });
  tablet.push(write(1));
  slow.hello({ at, view, projection: `older than ${projection}` });
  expect(slow.last('welcome').mode).toBe('snapshot');
  rig.step({ type: 'drained', socket: slow.wire.socket });
  rig.flush();
  expect(slow.last('catchUpBegin').kind).toBe('snapshot');
});

it('goes on answering and telling others while one is behind [B1]', () => {
  rig.step({ type: 'pressed', socket: guest.wire.socket });
  guest.push({ n: 1, name: 'tally.add', args: { id: 't', by: 1 } });
  expect(guest.outcomeOf(1)?.outcome).toBe('deferred');
  tablet.push(write(1));
  pass();
  expect(tablet.types).toContain('changes');
  expect(guest.all('bye')).toEqual([]);
});

it('says in a heartbeat how far a live socket was told everything [T8]', () => {
  tablet.push(write(1));
  pass();
  tablet.push(add(2));
  pass();
  guest.say({ type: 'ping' });
  const pong = guest.last('pong');
  expect(pong.at).toEqual(rig.hub.status.at);
  expect(pong.lastN).toBe(0);
  expect(pong.told).toBe(guest.last('changes').at.seq);
});

it('says no place in a heartbeat while something waits to be told [T8]', () => {
  tablet.push(write(1));
  tablet.push(write(2));
  guest.say({ type: 'ping' });
  expect(guest.last('pong').at).toBeUndefined();
  pass();
  guest.say({ type: 'ping' });
  expect(guest.last('pong').at?.seq).toBe(rig.hub.status.at.seq);
});

it('says no place in a heartbeat to a device that is behind [B2]', () => {
  rig.step({ type: 'pressed', socket: guest.wire.socket });
  guest.say({ type: 'ping' });
  expect(guest.last('pong')).not.toHaveProperty('at');
  expect(guest.last('pong')).not.toHaveProperty('told');
});

it('gives a sign of life after 5 s in which nothing was written [H7]', () => {
  guest.say({ type: 'ping' });
  pass(4_000);
  expect(guest.all('heartbeat')).toEqual([]);
  pass(2_000);
  expect(guest.all('heartbeat').length).toBe(1);
});
