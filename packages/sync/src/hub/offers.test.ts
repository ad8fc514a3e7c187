// What devices offer again, frame by frame: in which order it is decided, and what a lost part costs.

import { beforeEach, expect, it } from 'vitest';

import type { Answered } from '../protocol/outcome.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;
/** Another one that is away: recovery waits for it, half a minute at most. */
const away = 'k';
const epoch = { number: 1, id: 'lost' };

beforeEach(() => {
  rig = new Rig();
  rig.pair('t', 'entry');
  rig.pair(away, 'entry');
  rig.restart(rig.domain, { isRestored: true });
  rig.settle(1_000);
  tablet = new RigSocket(rig, 't').hello({ answered: 4 });
});

const answered = (seq: number): Answered => ({
  epoch,
  seq,
  outcome: 'ok',
  hubTimeMs: 0,
  day: '2026-11-22',
});
const write = (n: number, seq?: number): Asked => ({
  n,
  name: 'note.write',
  args: { id: `x${n}`, text: 'hello' },
  ...(seq === undefined ? {} : { answered: answered(seq) }),
});
const decided = (): string[] => rig.log.filter(({ device }) => device === 't').map(({ id }) => id);

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    tablet.say({ type: 'ping' });
    rig.settle(1_000);
  }
}

it('decides what has no outcome in its place between what was answered [C9]', () => {
  tablet.push(write(1, 11), write(2), write(3, 12), write(4, 14));
  pass(40);
  expect(decided()).toEqual(['t-1', 't-2', 't-3', 't-4']);
  expect(tablet.outcomeOf(2)).toMatchObject({ outcome: 'ok' });
});

it('decides one device in the order of n, although an early command was decided late [C9]', () => {
  tablet.push(write(1, 11), write(2, 40), write(3, 12), write(4, 14));
  pass(40);
  expect(decided()).toEqual(['t-1', 't-2', 't-3', 't-4']);
});

it('asks for a part that got lost, and takes it when it comes [C9]', () => {
  tablet.push(write(1, 11), write(4, 14));
  expect(tablet.last('gap').from).toBe(2);
  tablet.push(write(2, 12), write(3, 13), write(4, 14));
  pass(40);
  expect(decided()).toEqual(['t-1', 't-2', 't-3', 't-4']);
});

it('goes without a part that does not come the second time either [C9]', () => {
  tablet.push(write(1, 11), write(4, 14));
  tablet.push(write(1, 11), write(4, 14));
  pass(40);
  expect(decided()).toEqual(['t-1', 't-4']);
  tablet.push(write(5));
  pass(1);
  expect(tablet.outcomeOf(5)).toMatchObject({ outcome: 'ok' });
});
