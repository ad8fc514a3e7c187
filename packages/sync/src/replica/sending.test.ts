import { beforeEach, expect, it } from 'vitest';

import { commandsInFlightMax, frameBytesMax } from '../protocol/limits.ts';
import type { Up } from '../protocol/up.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

let rig: Rig;
let tablet: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  tablet = new RigDevice(rig, 'a');
});

const write = (id = 'x', text = 'hello'): string => tablet.mutate('note.write', { id, text });
const said = (): Up[] => tablet.said.map((text) => JSON.parse(text) as Up);
const pushed = (): number[][] =>
  said().flatMap((one) => (one.type === 'push' ? [one.commands.map(({ n }) => n)] : []));

/** What the device said never arrives. */
function lose(): void {
  tablet.wire?.up.splice(0);
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

it('sends everything without an outcome after welcome, in order [R11] [scenario 5]', () => {
  for (let n = 1; n <= 3; n += 1) write(`x${n}`);
  expect(pushed()).toEqual([]);
  tablet.connect();
  expect(pushed()).toEqual([[1, 2, 3]]);
  write('x4');
  lose();
  tablet.restart();
  tablet.said.length = 0;
  tablet.connect();
  rig.settle();
  expect(pushed()).toEqual([[4]]);
  expect(rig.log.filter(({ device }) => device === 'a').length).toBe(4);
});

it('sends the bytes that it stored [R11]', () => {
  write('x', 'Käse 🧀');
  const text = tablet.disk.outbox.get(1)?.text ?? '';
  tablet.connect();
  expect(tablet.said.at(-1)).toBe(`{"type":"push","commands":[{"n":1,${text.slice(1)}]}`);
});

it('has no more than a window under way [R12]', () => {
  for (let n = 1; n <= 600; n += 1) write('x');
  tablet.connect();
  expect(Math.max(...pushed().map((list) => list.length))).toBeLessThanOrEqual(commandsInFlightMax);
  expect(pushed().flat()).toEqual(count(1, 600));
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('waits for outcomes when the window is full [R12]', () => {
  tablet.connect();
  for (let n = 1; n <= 300; n += 1) write('x');
  expect(pushed().flat()).toEqual(count(1, 256));
  rig.settle();
  expect(pushed().flat()).toEqual(count(1, 300));
});

it('fits what it sends into frames [M4]', () => {
  for (let n = 1; n <= 20; n += 1) write('x', '菜'.repeat(8_000));
  tablet.connect();
  rig.settle();
  for (const text of tablet.said) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(frameBytesMax);
  }
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('sends again when no outcome has come for 10 s [R13]', () => {
  tablet.connect();
  write();
  lose();
  for (let time = 0; time < 9; time += 1) {
    rig.settle(1_000);
    tablet.tick();
  }
  expect(pushed()).toEqual([[1]]);
  rig.settle(1_500);
  tablet.tick();
  expect(pushed()).toEqual([[1], [1]]);
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('sends from where the hub says that something is missing [R13] [scenario 7]', () => {
  tablet.connect();
  write('x1');
  lose();
  write('x2');
  write('x3');
  rig.settle();
  expect(pushed()).toEqual([[1], [2], [3], [1, 2, 3]]);
  expect(tablet.replica.status.unanswered).toBe(0);
  expect(rig.log.filter(({ device }) => device === 'a').map(({ n }) => n)).toEqual([1, 2, 3]);
});

it('takes no harm from frames that come twice or in another order [R13] [scenario 7]', () => {
  tablet.connect();
  for (let n = 1; n <= 4; n += 1) write(`x${n}`);
  const wire = tablet.wire!;
  const frames = wire.up.splice(0);
  wire.up.push(...frames.toReversed(), ...frames);
  rig.settle();
  expect(tablet.replica.status.unanswered).toBe(0);
  expect(rig.log.filter(({ device }) => device === 'a').map(({ n }) => n)).toEqual([1, 2, 3, 4]);
});

it('keeps everything and pauses when the hub is busy [R14]', () => {
  tablet.connect();
  rig.faults.push('busy');
  write('x1');
  rig.flush();
  write('x2');
  rig.flush();
  expect(pushed()).toEqual([[1]]);
  expect(tablet.replica.status.unanswered).toBe(2);
  rig.settle(1_100);
  tablet.tick();
  rig.settle();
  expect(pushed()).toEqual([[1], [1, 2]]);
  expect(tablet.replica.status.unanswered).toBe(0);
});

it('takes a command out of the outbox for nothing but its outcome [R15]', () => {
  tablet.connect();
  rig.settle();
  write('x');
  const { head, lastN: _lastN, ...rest } = welcomeOf();
  tablet.hear({ ...rest, head, lastN: 99 });
  tablet.hear({ type: 'gap', from: 50 });
  tablet.hear({ type: 'heartbeat', hubTimeMs: 1, safeN: 0, at: head, lastN: 99, told: 0 });
  expect(tablet.disk.outbox.size).toBe(1);
  expect(tablet.replica.status.unanswered).toBe(1);
});

function welcomeOf() {
  const frame = tablet.heard.find((one) => one.type === 'welcome');
  if (frame?.type !== 'welcome') throw new Error('no welcome');
  return frame;
}

it('moves an answered command to the journal with everything the hub added [R15]', () => {
  tablet.connect();
  write('x');
  const id = tablet.mutate('note.close', { id: 'x' });
  rig.settle();
  expect(tablet.disk.outbox.size).toBe(0);
  const entry = [...tablet.disk.journal.values()].find((one) => one.id === id);
  const { epoch } = rig.hub.status.at;
  expect(entry?.answered).toMatchObject({ outcome: 'ok', receipt: 1, epoch });
  expect(entry?.answered.day).toBe(rig.hub.status.day);
});

it('says what it has drawn, and again after it was away [R16]', () => {
  tablet.connect();
  rig.settle();
  tablet.step({ type: 'drawn', stations: ['bar'] });
  const { epoch, seq } = tablet.replica.status.at!;
  const seen = { type: 'seen', epoch, seq, stations: ['bar'] };
  expect(said().at(-1)).toEqual(seen);
  tablet.cut();
  rig.own('act', 'tally.add', { id: 't', by: 1 });
  tablet.connect();
  rig.settle();
  const { at } = tablet.replica.status;
  const again = said().findLast(({ type }) => type === 'seen');
  expect(again).toMatchObject({ type: 'seen', stations: ['bar'] });
  expect(again?.type === 'seen' && again.seq).toBeGreaterThan(seq);
  expect(again?.type === 'seen' && again.seq).toBeLessThanOrEqual(at?.seq ?? 0);
});

it('says in a hello where it stands [R17]', () => {
  tablet.connect();
  write('x');
  tablet.mutate('tally.add', { id: 't', by: 13 });
  rig.settle();
  write('y');
  lose();
  tablet.restart().connect();
  const hello = said().findLast((one) => one.type === 'hello');
  expect(hello).toMatchObject({
    device: 'a',
    answered: 2,
    lowest: 1,
    lastN: 2,
    view: 'everything',
  });
  expect(hello?.type === 'hello' && hello.proof?.seq).toBeGreaterThanOrEqual(
    (hello?.type === 'hello' ? hello.at?.seq : 0) ?? 0,
  );
});

it('signs each challenge anew [R17]', () => {
  tablet.connect();
  tablet.cut();
  tablet.connect();
  const signatures = said().flatMap((one) => (one.type === 'hello' ? [one.signature] : []));
  expect(new Set(signatures).size).toBe(2);
});
