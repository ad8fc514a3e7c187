import { beforeEach, expect, it } from 'vitest';

import type { Changes } from '../protocol/down/changes.ts';
import type { Down } from '../protocol/down.ts';
import type { At } from '../protocol/scalar.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigDevice;
let at: At;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'manager');
  tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
  at = tablet.replica.status.at!;
  tablet.said.length = 0;
});

/** A place further on in the same history. */
const later = (by: number): At => ({ ...at, seq: at.seq + by, chain: `chain${at.seq + by}` });

const row = (id: string, seq: number) => ({
  key: `note/${id}`,
  subject: `board:${id}`,
  seq,
  body: { text: id },
});

const changes = (from: number, by: number, ...ids: string[]): Changes => ({
  type: 'changes',
  from: at.seq + from,
  at: later(by),
  puts: ids.map((id) => row(id, at.seq + by)),
  removed: [],
  lastN: {},
});

const life = (told: number, by: number, changed: object = {}): Down => ({
  type: 'heartbeat',
  hubTimeMs: 5,
  safeN: 0,
  at: later(by),
  lastN: 0,
  told: at.seq + told,
  ...changed,
});

const seq = (): number => (tablet.replica.status.at?.seq ?? 0) - at.seq;
const asked = (): number => tablet.said.filter((text) => text.includes('"hello"')).length;

it('applies a frame that follows on or overlaps, and stands where it ends [T9] [scenario 59]', () => {
  tablet.hear(changes(0, 1, 'x'));
  expect(seq()).toBe(1);
  tablet.hear(changes(0, 3, 'x', 'y'));
  expect(seq()).toBe(3);
  expect(tablet.shows('note/y')).toEqual({ text: 'y' });
  expect(asked()).toBe(0);
});

it('skips a frame that ends where it stands or before [T9] [scenario 59]', () => {
  tablet.hear(changes(0, 3, 'x'));
  tablet.hear(changes(0, 2, 'old'));
  tablet.hear(changes(0, 3, 'twice'));
  expect(seq()).toBe(3);
  expect(tablet.shows('note/old')).toBeUndefined();
  expect(tablet.shows('note/twice')).toBeUndefined();
  expect(asked()).toBe(0);
});

it('asks once for catch-up when a frame begins further on, and applies nothing meanwhile [T10]', () => {
  tablet.hear(changes(2, 3, 'x'));
  tablet.hear(changes(3, 4, 'y'));
  tablet.hear(changes(0, 5, 'z'));
  expect(seq()).toBe(0);
  expect(asked()).toBe(1);
  expect(tablet.shows('note/z')).toBeUndefined();
  expect(tablet.replica.status.live).toBe(false);
});

it('asks again when the catch-up does not come [T10]', () => {
  tablet.hear(changes(2, 3, 'x'));
  rig.settle(0);
  tablet.cut(false);
  expect(asked()).toBe(1);
  tablet.connect();
  rig.settle();
  expect(tablet.replica.status.live).toBe(true);
});

it('ignores a frame of another epoch [T9]', () => {
  const other = { ...changes(0, 1, 'x'), at: { ...later(1), epoch: { number: 2, id: 'z' } } };
  tablet.hear(other);
  expect(seq()).toBe(0);
  expect(tablet.shows('note/x')).toBeUndefined();
});

it('takes over the place of a heartbeat when it has missed nothing [T11]', () => {
  tablet.hear(life(0, 7));
  expect(tablet.replica.status.at).toEqual(later(7));
  expect(asked()).toBe(0);
});

it('asks for catch-up when a heartbeat tells of a frame that never came [T11] [scenario 59]', () => {
  tablet.hear(life(1, 7));
  expect(seq()).toBe(0);
  expect(asked()).toBe(1);
});

it('takes nothing from a heartbeat without a place, from the past or while it catches up [T11]', () => {
  tablet.hear({ type: 'pong', hubTimeMs: 5, safeN: 0 });
  tablet.hear(life(-5, -1));
  expect(seq()).toBe(0);
  tablet.hear(changes(2, 3, 'x'));
  tablet.hear(life(0, 9));
  expect(seq()).toBe(0);
});

it('drops its place and asks for everything when a heartbeat has another chain there [T11]', () => {
  tablet.hear(life(0, 0, { at: { ...at, chain: 'another' } }));
  expect(tablet.replica.status.at).toBeUndefined();
  expect(tablet.said.at(-1)).not.toContain('"at"');
  rig.settle();
  expect(tablet.replica.status.at).toEqual(rig.hub.status.at);
});

const begin = (id: number, kind: 'delta' | 'snapshot', parts: number): Down => ({
  type: 'catchUpBegin',
  id,
  kind,
  from: kind === 'delta' ? at.seq : 0,
  parts,
});
const part = (id: number, number: number, ...ids: string[]): Down => ({
  type: 'catchUpPart',
  id,
  part: number,
  puts: ids.map((one) => row(one, at.seq + 1)),
  removed: [],
});
const end = (id: number, by: number): Down => ({
  type: 'catchUpEnd',
  id,
  at: later(by),
  lastN: {},
});

it('applies a catch-up whole when its end has come [U8] [scenario 25]', () => {
  tablet.hear(begin(70, 'delta', 2));
  tablet.hear(part(70, 0, 'x'));
  tablet.hear(part(70, 1, 'y'));
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(seq()).toBe(0);
  tablet.hear(end(70, 4));
  expect([tablet.shows('note/x'), tablet.shows('note/y')]).toEqual([{ text: 'x' }, { text: 'y' }]);
  expect(seq()).toBe(4);
});

it('applies nothing of a catch-up that lacks a part, and asks for it again [U8] [scenario 25]', () => {
  tablet.hear(begin(70, 'snapshot', 3));
  tablet.hear(part(70, 0, 'x'));
  tablet.hear(part(70, 2, 'z'));
  tablet.hear(end(70, 4));
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(seq()).toBe(0);
  expect(asked()).toBe(1);
});

it('applies nothing of a catch-up when the link dies before its end [U8] [scenario 25]', () => {
  tablet.hear(begin(70, 'snapshot', 2));
  tablet.hear(part(70, 0, 'x'));
  tablet.cut();
  tablet.connect();
  rig.settle();
  expect(tablet.shows('note/x')).toBeUndefined();
  expect(tablet.replica.status.at).toEqual(rig.hub.status.at);
});

it('takes no part twice and none of another catch-up [U8]', () => {
  tablet.hear(begin(70, 'delta', 1));
  tablet.hear(part(69, 0, 'other'));
  tablet.hear(part(70, 0, 'x'));
  tablet.hear(part(70, 0, 'twice'));
  tablet.hear(end(69, 9));
  tablet.hear(end(70, 4));
  expect(seq()).toBe(4);
  expect(tablet.shows('note/other')).toBeUndefined();
  expect(tablet.shows('note/twice')).toBeUndefined();
});

it('replaces every row by a snapshot, and only what it names by a delta [U10]', () => {
  tablet.hear(changes(0, 1, 'old', 'kept'));
  tablet.hear(begin(70, 'delta', 1));
  tablet.hear({ type: 'catchUpPart', id: 70, part: 0, puts: [], removed: ['note/old'] });
  tablet.hear(end(70, 2));
  expect(tablet.shows('note/old')).toBeUndefined();
  expect(tablet.shows('note/kept')).toBeDefined();
  tablet.hear(begin(71, 'snapshot', 1));
  tablet.hear(part(71, 0, 'new'));
  tablet.hear(end(71, 3));
  expect(tablet.shows('note/kept')).toBeUndefined();
  expect(tablet.shows('note/new')).toBeDefined();
  const held = tablet.restart();
  expect(held.shows('note/kept')).toBeUndefined();
  expect(held.shows('note/new')).toBeDefined();
});

it('is not taken back by a late catch-up [U11]', () => {
  tablet.hear(changes(0, 5, 'x'));
  tablet.hear(begin(70, 'snapshot', 0));
  tablet.hear(end(70, 2));
  expect(seq()).toBe(5);
  expect(tablet.shows('note/x')).toBeDefined();
});

it('gives up a link on which something arrives that is no frame [M3]', () => {
  tablet.step({ type: 'received', text: '{"type":"changes"}' });
  expect(tablet.wire).toBeUndefined();
  expect(tablet.replica.status.link).toBe('waiting');
  expect(tablet.replica.status.at).toEqual(at);
});

it('shows a command of 101 once, whatever the order of catch-up and telling [U7] [scenario 58]', () => {
  const other = new RigSocket(rig, 'b').hello();
  tablet.cut();
  other.push({ n: 1, name: 'tally.add', args: { id: 't', by: 1 } });
  tablet.step({ type: 'nudged' });
  tablet.mutate('tally.add', { id: 't', by: 10 });
  rig.holdCommits = true;
  rig.flush();
  expect(tablet.shows('tally/t')).toEqual({ sum: 11 });
  rig.commit();
  rig.settle();
  expect(tablet.shows('tally/t')).toEqual({ sum: 11 });
  expect(tablet.replica.confirmed.find('tally/t')?.body).toEqual({ sum: 11 });
});

it('heeds no rows before the welcome of this socket [U13]', () => {
  tablet.cut();
  tablet.step({ type: 'nudged' });
  expect(tablet.replica.status.link).toBe('greeting');
  tablet.hear({ type: 'catchUpBegin', id: 900, kind: 'snapshot', from: 0, parts: 1 });
  const puts = [row('ghost', at.seq + 1)];
  tablet.hear({ type: 'catchUpPart', id: 900, part: 0, puts, removed: [] });
  tablet.hear({ type: 'catchUpEnd', id: 900, at: later(1), lastN: {} });
  expect(tablet.shows('note/ghost')).toBeUndefined();
  rig.settle();
  expect(tablet.replica.status).toMatchObject({ link: 'open', live: true });
});
