// A device that was let in and means harm, or whose key was copied: it may cost itself whatever it
// likes, and nobody else anything.

import { expect, it } from 'vitest';

import { sayHello, textFrame } from '../bench/hostile/attacks.ts';
import { type BenchDevice, pairDevices } from '../bench/hub/pairing.ts';
import { hostileScene, patienceMs } from './hostile-scene.ts';
import { closeCodeIn, openSocket, type Wire } from './hostile-wire.ts';
import { until } from './until.ts';

const scene = hostileScene();

async function letIn(): Promise<BenchDevice> {
  const { address, dataFolder: folder } = scene().hub;
  const [device] = await pairDevices({ port: Number(new URL(address).port), folder }, 'entry', 1);
  return device!;
}

const say = (wire: Wire, message: string): void => wire.say(textFrame(message));

async function connect(device: BenchDevice): Promise<{ wire: Wire; hello: string }> {
  const wire = await openSocket(scene().hub.address, scene().stranger());
  const hello = sayHello({ device }, wire);
  const isAnswered = (): boolean => /"type":"(welcome|deny)"/.test(wire.heard());
  await until('an answer to the hello', isAnswered, patienceMs);
  return { wire, hello };
}

it('keeps the newest of 64 sockets of one device and closes the others [H4]', async () => {
  const device = await letIn();
  const wires: Wire[] = [];
  for (let count = 0; count < 64; count += 1) wires.push((await connect(device)).wire);
  const newest = wires.pop()!;
  await Promise.all(wires.map(({ ended }) => ended));
  expect(new Set(wires.map((wire) => closeCodeIn(wire.heard())))).toEqual(new Set([4001]));
  const heardBefore = newest.heard().length;
  say(newest, '{"type":"ping"}');
  await until('a pong', () => newest.heard().slice(heardBefore).includes('"pong"'), patienceMs);
  newest.socket.destroy();
}, 30_000);

it('ends a device that says hello again and again', async () => {
  const { wire, hello } = await connect(await letIn());
  for (let count = 0; count < 1_000; count += 1) say(wire, hello);
  await wire.ended;
  expect(closeCodeIn(wire.heard())).toBe(4002);
});

it('reads a device slowly that asks a million times and reads no answer', async () => {
  const { wire } = await connect(await letIn());
  wire.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 20_000 }, () => textFrame('{"type":"ping"}')));
  for (let count = 0; count < 50; count += 1) wire.say(pings);
  await scene().served(100);
  expect(wire.socket.writableLength).toBeGreaterThan(0);
  wire.socket.destroy();
});

it.each([
  ['another device’s hello', '{"type":"hello"}'],
  ['a message of the hub', '{"type":"welcome"}'],
  ['half a message', '{"type":"pus'],
  ['two messages in one', '{"type":"ping"}{"type":"ping"}'],
  ['a list', '[{"type":"ping"}]'],
])('ends a device that says %s [M3]', async (_what, message) => {
  const { wire } = await connect(await letIn());
  say(wire, message);
  await wire.ended;
  expect(closeCodeIn(wire.heard())).toBe(4002);
});
