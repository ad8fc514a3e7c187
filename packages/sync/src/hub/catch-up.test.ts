import { beforeEach, expect, it } from 'vitest';

import { stampOf } from '../chain.ts';
import { notesDomain, publicView } from '../testing/notes-domain.ts';
import type { At } from '../protocol/scalar.ts';
import type { Hello } from '../protocol/up/hello.ts';
import { Rig } from '../testing/rig.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'manager');
  rig.pair('b', 'entry');
  rig.pair('g', 'guest');
  tablet = new RigSocket(rig, 'a').hello();
});

const everything = { view: 'everything', projection: 'all 1' };
const publicly = { view: 'public', projection: 'public 1' };
const write = (n: number, id = `x${n}`, text = 'hello'): Asked => ({
  n,
  name: 'note.write',
  args: { id, text },
});
const remove = (n: number, id: string): Asked => ({ n, name: 'note.remove', args: { id } });

/** Another device of that view, which stands at `at`. */
function meet(device: string, changed: Partial<Hello>): RigSocket {
  return new RigSocket(rig, device).hello(changed);
}

function puts(socket: RigSocket): Record<string, unknown> {
  const rows = socket.all('catchUpPart').flatMap((part) => part.puts);
  return Object.fromEntries(rows.map(({ key, body }) => [key, body]));
}

const removed = (socket: RigSocket): string[] =>
  socket.all('catchUpPart').flatMap((part) => part.removed);

it('is live at once where nothing was missed [U1]', () => {
  tablet.push(write(1));
  const again = meet('b', { ...everything, at: rig.hub.status.at });
  expect(again.first('welcome').mode).toBe('live');
  expect(again.types).toEqual(['challenge', 'welcome']);
  tablet.push(write(2));
  rig.settle();
  expect(again.last('changes').puts.map(({ key }) => key)).toContain('note/x2');
});

it('brings distinct rows, not events: 1,000 changes to 20 rows are 20 rows [U2] [scenario 23]', () => {
  const { at } = rig.hub.status;
  for (let first = 1; first <= 1_000; first += 100) {
    const list = Array.from({ length: 100 }, (_, index) => first + index);
    tablet.push(...list.map((n) => write(n, `x${n % 20}`, `text ${n}`)));
  }
  const away = meet('b', { ...everything, at });
  expect(away.first('welcome').mode).toBe('delta');
  expect(Object.keys(puts(away)).length).toBe(20);
  expect(puts(away)['note/x0']).toMatchObject({ text: 'text 1000' });
  expect(away.first('catchUpEnd').at.seq).toBe(rig.log.length);
});

it('names in a delta the rows that were removed, and not one that is there again [U3] [scenario 24]', () => {
  tablet.push(write(1, 'x'), write(2, 'y'));
  const { at } = rig.hub.status;
  tablet.push(remove(3, 'x'), remove(4, 'y'), write(5, 'y', 'again'));
  const away = meet('b', { ...everything, at });
  expect(removed(away)).toEqual(['note/x']);
  expect(Object.keys(puts(away))).toEqual(['note/y']);
});

it('keeps what was removed over a restart of the hub [U3]', () => {
  tablet.push(write(1, 'x'));
  const { at } = rig.hub.status;
  tablet.push(remove(2, 'x'));
  rig.restart();
  expect(removed(meet('b', { ...everything, at }))).toEqual(['note/x']);
});

it('names in a delta the rows that have left the view [U3]', () => {
  tablet.push(write(1, 'x'), write(2, 'y'));
  const { at } = rig.hub.status;
  const hide = { n: 3, name: 'note.hide', args: { id: 'x', hidden: true } };
  tablet.push(hide, { n: 4, name: 'note.change', args: { id: 'y', text: 'new' } });
  const away = meet('g', { ...publicly, at });
  expect(removed(away)).toEqual(['note/x']);
  expect(puts(away)).toEqual({ 'note/y': { text: 'new' } });
});

it('gives a device without rows its whole view [U4]', () => {
  tablet.push(write(1, 'x'), write(2, 'y'));
  tablet.push({ n: 3, name: 'note.hide', args: { id: 'x', hidden: true } });
  const guest = meet('g', {});
  expect(guest.first('welcome').mode).toBe('snapshot');
  expect(guest.first('catchUpBegin').kind).toBe('snapshot');
  expect(puts(guest)).toEqual({ 'note/y': { text: 'hello' } });
  expect(removed(guest)).toEqual([]);
});

it.each([
  ['another view', { view: 'public' }],
  ['another projection', { projection: 'all 0' }],
])('gives a device with rows of %s a snapshot [U4] [scenario 56]', (_what, changed) => {
  tablet.push(write(1, 'x'));
  const away = meet('b', { ...everything, ...changed, at: rig.hub.status.at });
  expect(away.first('catchUpBegin').kind).toBe('snapshot');
});

it('shows the rows of another projection after an update of the hub [U4] [scenario 56]', () => {
  tablet.push(write(1, 'x'));
  const { at } = rig.hub.status;
  rig.restart(notesDomain({ views: [['public', publicView('public 2', ['text', 'by'])]] }));
  const guest = meet('g', { ...publicly, at });
  expect(guest.first('catchUpBegin').kind).toBe('snapshot');
  expect(puts(guest)).toEqual({ 'note/x': { text: 'hello', by: 'a' } });
});

it('gives a device below the floor a snapshot [U5] [scenario 22]', () => {
  tablet.push(write(1, 'x'), { n: 2, name: 'note.close', args: { id: 'x' } }, write(3, 'y'));
  const { at } = rig.hub.status;
  for (const day of ['2026-12-01', '2026-12-02']) rig.own(day, 'day.turn', { day });
  const away = meet('b', { ...everything, at, lowest: 1 });
  expect(away.first('catchUpBegin').kind).toBe('snapshot');
  expect(Object.keys(puts(away))).toContain('note/y');
  expect(Object.keys(puts(away))).not.toContain('note/x');
});

it('gives a snapshot where more was removed than is there [U5]', () => {
  for (let first = 1; first <= 60; first += 20) {
    const list = Array.from({ length: 20 }, (_, index) => first + index);
    tablet.push(...list.map((n) => write(n)));
  }
  const { at } = rig.hub.status;
  for (let n = 61; n <= 120; n += 1) tablet.push(remove(n, `x${n - 60}`));
  const away = meet('b', { ...everything, at });
  expect(away.first('catchUpBegin').kind).toBe('snapshot');
  expect(Object.keys(puts(away)).filter((key) => key.startsWith('note/'))).toEqual([]);
});

it.each<[string, (at: At) => At]>([
  ['chain', (at) => ({ ...at, chain: 'f'.repeat(64) })],
  ['stamp', (at) => ({ ...at, stamp: 'forged' })],
  ['epoch', (at) => ({ ...at, epoch: { number: 7, id: 'forged' } })],
  ['seq', (at) => ({ ...at, seq: at.seq + 1_000 })],
])(
  'costs a device with a forged %s a snapshot, and nobody else anything [U6] [scenario 60]',
  (_w, forge) => {
    tablet.push(write(1, 'x'));
    const { at } = rig.hub.status;
    tablet.push(write(2, 'y'));
    rig.settle();
    tablet.forget();
    const liar = meet('b', { ...everything, at: forge(at), proof: forge(at), lastN: 99 });
    expect(liar.first('welcome').mode).toBe('snapshot');
    expect(rig.hub.status.at.epoch).toEqual(at.epoch);
    tablet.push(write(3, 'z'));
    rig.settle();
    expect(tablet.types).not.toContain('catchUpBegin');
    expect(tablet.last('changes').puts.map(({ key }) => key)).toContain('note/z');
    expect(tablet.isClosed).toBe(false);
  },
);

it('notices a chain that is not its own even when the stamp is [U6]', () => {
  const { epoch, seq } = rig.hub.status.at;
  tablet.push(write(1, 'x'), write(2, 'y'));
  const at = { epoch, seq: seq + 1, chain: 'e'.repeat(64) };
  const stamp = stampOf(rigHash, 'stamp key', at);
  const away = meet('b', { ...everything, at: { ...at, stamp } });
  expect(away.first('welcome').mode).toBe('snapshot');
});

it('reads rows, place and lastN of a catch-up together [U7] [scenario 58]', () => {
  tablet.push(write(1), write(2));
  rig.settle();
  rig.holdCommits = true;
  tablet.push(write(3));
  const away = meet('b', {});
  const end = away.first('catchUpEnd');
  expect(end.lastN['a']).toBe(2);
  expect(Object.keys(puts(away))).not.toContain('note/x3');
  rig.commit();
  rig.settle();
  expect(away.first('changes').from).toBeLessThanOrEqual(end.at.seq);
  expect(away.first('changes').puts.map(({ key }) => key)).toEqual(['note/x3']);
});

it('carries the lastN of every device in a catch-up [U7]', () => {
  tablet.push(write(1));
  meet('b', {}).push({ n: 1, name: 'tally.add', args: { id: 't', by: 1 } });
  expect(meet('g', {}).first('catchUpEnd').lastN).toMatchObject({ a: 1, b: 1 });
});

it('numbers the parts of a catch-up and says how many there are [U8]', () => {
  for (let n = 1; n <= 14; n += 1) tablet.push(write(n, `x${n}`, 'y'.repeat(25_000)));
  const away = meet('b', {});
  const { parts } = away.first('catchUpBegin');
  expect(parts).toBeGreaterThan(2);
  expect(away.all('catchUpPart').map(({ part }) => part)).toEqual([...Array(parts).keys()]);
  expect(away.types.at(-1)).toBe('catchUpEnd');
});

it('encodes a catch-up once for all who ask from the same place [T2]', () => {
  for (let n = 1; n <= 30; n += 1) tablet.push(write(n));
  const raw = (): string[] => {
    const socket = new RigSocket(rig, 'b');
    socket.wire.up.push(JSON.stringify(socket.helloWith()));
    rig.step({ type: 'received', socket: socket.wire.socket, text: socket.wire.up.pop()! });
    const texts = [...socket.wire.down].filter((text) => text.includes('"catchUp'));
    rig.flush();
    return texts;
  };
  expect(raw()).toEqual(raw());
  const memo = raw();
  tablet.push(write(31));
  expect(raw()).not.toEqual(memo);
});

it('answers a second hello on the same socket with catch-up [U9]', () => {
  const { at } = rig.hub.status;
  tablet.push(write(1));
  const away = meet('b', { ...everything, at });
  expect(away.types.at(-1)).toBe('catchUpEnd');
  rig.settle();
  const again = meet('b', { ...everything, at });
  const greeting = again.helloWith({ ...everything, at });
  again.forget();
  again.say(greeting);
  expect(again.types).toEqual(['welcome', 'catchUpBegin', 'catchUpPart', 'catchUpEnd']);
  expect(Object.keys(puts(again))).toEqual(['note/x1']);
  tablet.push(write(2));
  rig.settle();
  expect(again.last('changes').puts.map(({ key }) => key)).toEqual(['note/x2']);
});

it('takes closed subjects out of the working set at the turn, and only then [N1]', () => {
  tablet.push(write(1, 'x'), { n: 2, name: 'note.close', args: { id: 'x' } }, write(3, 'y'));
  expect(rig.hub.status.rows.find('note/x')).toBeDefined();
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  expect(rig.hub.status.rows.find('note/x')).toBeUndefined();
  expect(rig.hub.status.rows.find('note/y')).toBeDefined();
  expect(rig.store.find({ subjects: ['board:x'] }).rows.map(({ key }) => key)).toEqual(['note/x']);
});

it('raises the floor to the turn and sends every live device its view anew [N2]', () => {
  const guest = meet('g', {});
  tablet.push(write(1, 'x'), { n: 2, name: 'note.close', args: { id: 'x' } }, write(3, 'y'));
  rig.advance(10);
  rig.flush();
  guest.forget();
  const outcome = rig.own('turn', 'day.turn', { day: '2026-12-01' });
  rig.flush();
  expect(rig.hub.status.floor).toBe(outcome?.seq);
  expect(guest.first('catchUpBegin').kind).toBe('snapshot');
  expect(puts(guest)).toEqual({ 'note/y': { text: 'hello' } });
});

it('turns once a day, and never back [N3]', () => {
  const first = rig.own('one', 'day.turn', { day: '2026-12-01' });
  rig.own('two', 'day.turn', { day: '2026-12-01' });
  rig.own('back', 'day.turn', { day: '2026-11-30' });
  expect(rig.hub.status).toMatchObject({ day: '2026-12-01', floor: first?.seq });
});

it('turns by itself when the business day is over [N3]', () => {
  const { day } = rig.hub.status;
  rig.advance(2_000);
  expect(rig.hub.status.day).toBe(day);
  const { monoMs } = rig;
  rig.monoMs += 86_400_000;
  rig.wallMs += 86_400_000;
  rig.advance(2_000);
  expect(rig.hub.status.day > day).toBe(true);
  expect(rig.monoMs).toBeGreaterThan(monoMs);
  expect(rig.log.at(-1)?.id).toBe(`turn:${rig.hub.status.day}`);
});

it('keeps devices, attention and what is open for settling over the turn [N1]', () => {
  tablet.push({ n: 1, name: 'tally.add', args: { id: 't', by: 100 } });
  tablet.push({ n: 2, name: 'nobody.knows', args: {} });
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  const keys = [...rig.hub.status.rows.values()].map(({ key }) => key);
  for (const key of ['device/a', 'attention/a-1.0', 'deferred/a-1', 'deferred/a-2']) {
    expect(keys).toContain(key);
  }
});

it('decides what follows the turn in its batch on the new day [N4]', () => {
  rig.holdCommits = true;
  tablet.push(write(1, 'x'));
  rig.step({ type: 'own', id: 'turn', name: 'day.turn', args: { day: '2026-12-01' } });
  tablet.push({ n: 2, name: 'note.close', args: { id: 'x' }, base: 1 });
  rig.holdCommits = false;
  rig.commit();
  rig.flush();
  expect(tablet.outcomeOf(2)?.day).toBe('2026-12-01');
  expect(rig.hub.status.rows.find('note/x')?.body).toMatchObject({ day: '2026-12-01', late: true });
});

it('marks what was made before the turn as late, and counts it on the new day [N4] [scenario 53]', () => {
  tablet.push(write(1, 'x'), write(2, 'y'));
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  const { floor } = rig.hub.status;
  const close = (n: number, id: string, base: number) => ({
    n,
    name: 'note.close',
    args: { id },
    base,
  });
  tablet.push(close(3, 'x', floor - 1), close(4, 'y', floor));
  const body = (key: string) => rig.hub.status.rows.find(key)?.body;
  expect(body('note/x')).toMatchObject({ late: true, day: '2026-12-01' });
  expect(body('note/y')).toMatchObject({ late: false, day: '2026-12-01' });
});
