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
const lacking = (): unknown[] =>
  [...rig.hub.status.rows.values()]
    .filter(({ body }) => body['code'] === 'WENT_ON_WITHOUT')
    .map(({ body }) => body['message']);

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
  expect(lacking()).toEqual([
    'Tablet t: 2–3 did not come back. What came after was carried out without; look what is missing, and enter it again.',
  ]);
});

it('counts what is lacking in several places, and names nothing that is there [C9]', () => {
  tablet.hello({ answered: 9 });
  const came = [write(1, 11), write(2), write(4, 14), write(6, 16), write(9, 19)];
  tablet.push(...came);
  tablet.push(...came);
  pass(40);
  expect(decided()).toEqual(['t-1', 't-2', 't-4', 't-6', 't-9']);
  expect(lacking()).toEqual([expect.stringContaining('Tablet t: 4 of 3–8 did not come back. ')]);
});

it('keeps all that comes in several frames when it asked without a hello [C9]', () => {
  pass(40);
  tablet.push(write(5));
  rig.settle(1_000);
  expect(tablet.last('gap').from).toBe(1);
  rig.holdCommits = true;
  for (const n of [1, 2, 3, 4]) tablet.push(write(n, 10 + n));
  rig.holdCommits = false;
  rig.commit();
  pass(1);
  expect(decided()).toEqual(['t-1', 't-2', 't-3', 't-4']);
  expect(lacking()).toEqual([]);
});

it('takes what is new although a part of what is decided came once more [C9]', () => {
  const offered = [1, 2, 3, 4].map((n) => write(n, 10 + n));
  pass(40);
  rig.holdCommits = true;
  tablet.push(...offered);
  tablet.push(...offered.slice(0, 2));
  rig.holdCommits = false;
  rig.commit();
  tablet.push(write(5));
  pass(1);
  expect(decided()).toEqual(['t-1', 't-2', 't-3', 't-4', 't-5']);
});

it('takes no answer that it does not lack: day and receipt are the hub’s to give [L7]', () => {
  pass(40);
  const honest = new RigSocket(rig, away).hello();
  const close = { n: 2, name: 'note.close', args: { id: 'y' } };
  const lie = { ...answered(3), receipt: 900, day: '1999-01-01' };
  honest.push(
    { n: 1, name: 'note.write', args: { id: 'y', text: 'a' } },
    { ...close, answered: lie },
  );
  rig.settle(1_000);
  expect(honest.outcomeOf(2)).toMatchObject({ outcome: 'ok', receipt: 1 });
  expect(honest.outcomeOf(2)?.day).not.toBe('1999-01-01');
});

it('goes on after five minutes, whatever one device still offers [L15]', () => {
  const slow = new RigSocket(rig, away).hello({ answered: 1_000 });
  for (let n = 1; n <= 14; n += 1) {
    slow.push(write(n, n));
    for (let second = 0; second < 25; second += 1) {
      slow.say({ type: 'ping' });
      tablet.say({ type: 'ping' });
      rig.settle(1_000);
    }
  }
  tablet.push({ ...write(1), answered: answered(11) }, write(2, 12), write(3, 13), write(4, 14));
  pass(2);
  expect(rig.hub.status.awaited).toBeUndefined();
});

it('brings back a command as long as a command may be [M1]', () => {
  const text = 'x'.repeat(32 * 1_024 - 150);
  const long = { ...write(1, 11), args: { id: 'x1', text } };
  tablet.push(long, write(2, 12), write(3, 13), write(4, 14));
  pass(40);
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'ok' });
});
