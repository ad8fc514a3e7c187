// A device that gives commands faster than the hub takes them of one device.

import { beforeEach, expect, it } from 'vitest';

import { RigDevice } from '../testing/rig-device.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  rig.pair('t', 'entry');
  rig.pair('o', 'entry');
  rig.commandRate = { perSecond: 5, burst: 10 };
  rig.restart();
});

const writes = (from: number, to: number): Asked[] =>
  Array.from({ length: to - from + 1 }, (_none, index) => ({
    n: from + index,
    name: 'note.write',
    args: { id: `x${from + index}`, text: 'hello' },
  }));
const decided = (device: string): number[] =>
  rig.log.filter((entry) => entry.device === device).map(({ n }) => n);

it('takes a burst, then says how long to wait, and records nothing until then [M5]', () => {
  const tablet = new RigSocket(rig, 't').hello();
  const other = new RigSocket(rig, 'o').hello();
  tablet.push(...writes(1, 10));
  tablet.push(...writes(11, 14));
  expect(tablet.all('busy')).toMatchObject([{ code: 'TOO_FAST', retryMs: 800 }]);
  other.push(...writes(1, 10).map((one) => ({ ...one, args: { id: `o${one.n}`, text: '' } })));
  expect(other.all('busy')).toEqual([]);
  rig.settle(799);
  tablet.push(...writes(11, 11));
  expect(tablet.all('busy')).toMatchObject([{}, { retryMs: 1 }]);
  expect(decided('t')).toHaveLength(10);
  rig.settle(1);
  tablet.push(...writes(11, 14));
  expect(decided('t')).toHaveLength(14);
  expect(decided('o')).toHaveLength(10);
});

it('counts a device and not its sockets [M5]', () => {
  new RigSocket(rig, 't').hello().push(...writes(1, 10));
  const again = new RigSocket(rig, 't').hello({ lastN: 10, answered: 10 });
  again.push(...writes(11, 11));
  expect(again.all('busy')).toMatchObject([{ code: 'TOO_FAST' }]);
});

it('takes a frame with more than a burst in it, once all is there that can be [M5]', () => {
  const tablet = new RigSocket(rig, 't').hello();
  tablet.push(...writes(1, 25));
  expect(decided('t')).toHaveLength(25);
  tablet.push(...writes(26, 50));
  expect(tablet.all('busy')).toMatchObject([{ retryMs: 2_000 }]);
  rig.settle(2_000);
  tablet.push(...writes(26, 50));
  expect(decided('t')).toHaveLength(50);
});

it('says in welcome what it takes [M5]', () => {
  const tablet = new RigSocket(rig, 't').hello();
  expect(tablet.first('welcome').limits.commandsPerSecond).toBe(5);
});

it('loses nothing of a device that is too fast, and keeps its order [M5]', () => {
  const device = new RigDevice(rig, 't');
  device.connect();
  for (let count = 1; count <= 60; count += 1) {
    device.mutate('note.write', { id: `x${count}`, text: 'hello' });
    rig.settle(10);
  }
  expect(decided('t').length).toBeLessThan(60);
  for (let second = 0; second < 30; second += 1) {
    rig.settle(1_000);
    device.tick();
  }
  rig.settle();
  expect(decided('t')).toEqual(Array.from({ length: 60 }, (_none, index) => index + 1));
});
