// More is offered again than the hub holds at a time: it holds what came first, and asks for the rest.

import { beforeEach, expect, it } from 'vitest';

import type { Answered } from '../protocol/outcome.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

const text = 'x'.repeat(31_000);
/** One device's share has room for 537 of these. */
const many = 600;
const perFrame = 8;
/** It stays away: recovery waits for it, half a minute at most. */
const away = 'k';
const devices = ['a', 'b', 'c', 'd', 'e'];

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  for (const device of [...devices, away]) rig.pair(device, 'entry');
  rig.restart(rig.domain, { isRestored: true });
  rig.settle(1_000);
});

const answered = (seq: number): Answered => ({
  epoch: { number: 1, id: 'lost' },
  seq,
  outcome: 'ok',
  hubTimeMs: 0,
  day: '2026-11-22',
});
const write = (n: number): Asked => ({
  n,
  name: 'note.write',
  args: { id: 'x', text },
  answered: answered(n),
});
const decided = (device: string): number[] =>
  rig.log.filter((entry) => entry.device === device).map(({ n }) => n);
const through = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const connect = (device: string, highest = many): RigSocket =>
  new RigSocket(rig, device).hello({ answered: highest });

/** Offers as a device does: everything from `from` on but what gets lost, a frame full at a time. */
function offer(
  tablet: RigSocket,
  from: number,
  highest = many,
  lost: readonly number[] = [],
): void {
  const commands = through(highest).filter((n) => n >= from && !lost.includes(n));
  for (let index = 0; index < commands.length; index += perFrame) {
    tablet.push(...commands.slice(index, index + perFrame).map(write));
  }
}

function pass(seconds: number, ...tablets: readonly RigSocket[]): void {
  for (let second = 0; second < seconds; second += 1) {
    for (const tablet of tablets) tablet.say({ type: 'ping' });
    rig.settle(1_000);
  }
}

it('decides what it holds of a device, and then asks for the rest [C10]', () => {
  const tablet = connect('a');
  offer(tablet, 1);
  tablet.push({ n: many + 1, name: 'note.write', args: { id: 'y', text: 'new' } });
  expect(tablet.last('busy').code).toBe('RECOVERING');
  expect(tablet.types).not.toContain('gap');
  pass(40, tablet);
  const held = decided('a').length;
  expect(held).toBeGreaterThan(500);
  expect(held).toBeLessThan(many);
  expect(decided('a')).toEqual(through(held));
  expect(tablet.all('gap').map(({ from }) => from)).toEqual([held + 1]);
  offer(tablet, held + 1);
  pass(2, tablet);
  expect(decided('a')).toEqual(through(many));
  expect(tablet.all('gap')).toHaveLength(1);
});

it('asks again when the link died with the question on it [C10]', () => {
  const first = connect('a');
  offer(first, 1);
  pass(31, first);
  const held = decided('a').length;
  const second = connect('a');
  expect(second.last('welcome')).toMatchObject({ lastN: held, restoredTo: held });
  offer(second, held + 1);
  pass(2, second);
  expect(decided('a')).toEqual(through(many));
});

it('makes room for an early part that got lost by letting go of what is late [C10]', () => {
  const tablet = connect('a');
  offer(tablet, 1, many, [3, 4, 5, 11]);
  expect(tablet.last('gap').from).toBe(3);
  offer(tablet, 3);
  pass(40, tablet);
  const held = decided('a').length;
  expect(held).toBeGreaterThan(500);
  expect(decided('a')).toEqual(through(held));
  expect(tablet.last('gap').from).toBe(held + 1);
  offer(tablet, held + 1);
  pass(2, tablet);
  expect(decided('a')).toEqual(through(many));
});

it('holds only so much of all devices, and loses nothing of any [C10]', () => {
  const highest = 480;
  const tablets = devices.map((device) => connect(device, highest));
  for (const tablet of tablets) offer(tablet, 1, highest);
  pass(35, ...tablets);
  const held = devices.map((device) => decided(device).length);
  expect(held.slice(0, 4)).toEqual([highest, highest, highest, highest]);
  expect(held[4]).toBeLessThan(highest);
  const last = tablets[4]!;
  expect(last.last('gap').from).toBe(held[4]! + 1);
  offer(last, held[4]! + 1, highest);
  pass(2, ...tablets);
  for (const device of devices) expect(decided(device)).toEqual(through(highest));
});

it('gives no new bill a number that is named by what it could not hold [L12]', () => {
  const tablet = connect('a');
  offer(tablet, 1, many - 1);
  const bill = { n: many, name: 'note.close', args: { id: 'x' } };
  // What is being committed meanwhile knows nothing of that number.
  rig.holdCommits = true;
  rig.pair('z', 'entry');
  tablet.push({ ...bill, answered: { ...answered(many), receipt: 7 } });
  rig.holdCommits = false;
  rig.commit();
  pass(40, tablet);
  expect(decided('a').length).toBeLessThan(many);
  const other = new RigSocket(rig, 'b').hello();
  other.push(
    { n: 1, name: 'note.write', args: { id: 'y', text: 'new' } },
    { n: 2, name: 'note.close', args: { id: 'y' } },
  );
  rig.settle(1_000);
  expect(other.outcomeOf(2)).toMatchObject({ outcome: 'ok', receipt: 8 });
});
