// Somebody on the WiFi who means harm, over a WebSocket and never let in: frames that no browser
// sends, a hello that does not come, answers that nobody reads.

import { expect, it } from 'vitest';

import { hostileScene, patienceMs } from './hostile-scene.ts';
import {
  type Frame,
  closeCodeIn,
  frame,
  openSocket,
  readAnswer,
  type Wire,
} from './hostile-wire.ts';
import { until } from './until.ts';

const scene = hostileScene();
const open = (headers: readonly string[] = []): Promise<Wire> =>
  openSocket(scene().hub.address, scene().stranger(), headers);

const text = 0x81;
const begun = 0x01;
const more: Frame = { first: 0x00, payload: Buffer.from('a') };
const pieces = (count: number, piece = more): Frame[] => [
  { ...piece, first: begun },
  ...Array.from({ length: count - 1 }, () => piece),
];
const hello = Buffer.from('{"type":"ping"}');
const long: Frame = { first: 0x00, payload: Buffer.alloc(16_384, 'a') };

/** What a browser does with a long text: Chrome sends at most 128 KiB in a piece. */
const whole = [...pieces(15), { first: 0x80, payload: Buffer.from('a') }];

// Where the hub stops reading in the middle of a flood, its reason may be lost with the connection.
it.each<[string, readonly Frame[], readonly (number | undefined)[]]>([
  ['a frame of 100 MiB', [{ first: text, length: 104_857_600 }], [1009]],
  ['a frame of 2^63 bytes', [{ first: text, length: 2 ** 63 }], [1009]],
  ['a text of 17 pieces', pieces(17), [1008, 1009]],
  ['a text of 16 pieces, read as one that is no hello', whole, [4002]],
  ['120,000 pieces of one letter', pieces(120_000), [1008, undefined]],
  ['a text that goes on and on', pieces(1_000, long), [1008, 1009, undefined]],
  ['a text within a text', [...pieces(2), { first: text, payload: hello }], [1002]],
  ['bytes that are no text', [{ first: text, payload: Buffer.from([0xc3, 0x28]) }], [1007]],
  ['a frame without a mask', [{ first: text, payload: hello, isMasked: false }], [1002]],
  ['reserved bits', [{ first: 0xf1, payload: hello }], [1002]],
  ['a kind that is none', [{ first: 0x83, payload: hello }], [1002]],
  ['a compressed frame', [{ first: 0xc1, payload: hello }], [1002]],
  ['a long reason to close', [{ first: 0x88, payload: Buffer.alloc(200) }], [1002]],
  ['a reason to close that is none', [{ first: 0x88, payload: Buffer.from([0x03]) }], [1002]],
  ['a long ping', [{ first: 0x89, payload: Buffer.alloc(200) }], [1002]],
  ['a ping in pieces', [{ first: 0x09, payload: hello }], [1002]],
  ['a piece of nothing', [more], [1002]],
  ['binary', [{ first: 0x82, payload: hello }], [4002]],
  ['anything before a hello', [{ first: text, payload: hello }], [4002]],
  ['a depth of 10,000', [{ first: text, payload: Buffer.from('['.repeat(10_000)) }], [4002]],
])('ends a socket that sends %s', async (_what, frames, codes) => {
  const wire = await open();
  let hasEnded = false;
  void wire.ended.then(() => (hasEnded = true));
  wire.say(Buffer.concat(frames.map(frame)));
  const isOver = (): boolean => hasEnded || closeCodeIn(wire.heard()) !== undefined;
  await until('the end', isOver, patienceMs);
  expect(codes).toContain(closeCodeIn(wire.heard()));
  wire.socket.destroy();
});

it('takes no offer to compress, and lets its own page in', async () => {
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate';
  const wire = await open([offer, `Origin: ${scene().hub.address}`]);
  expect(readAnswer(wire.heard()).head).not.toContain('permessage');
  wire.socket.destroy();
});

it('waits five seconds for a hello, and takes none after six [H3]', async () => {
  const wire = await open();
  const openedMs = performance.now();
  await wire.ended;
  const waitedMs = performance.now() - openedMs;
  expect(waitedMs).toBeGreaterThan(4_000);
  expect(waitedMs).toBeLessThan(9_000);
  expect(closeCodeIn(wire.heard())).toBe(4002);
}, 20_000);

it('answers pings only as long as somebody reads the answers', async () => {
  const wire = await open();
  wire.socket.pause();
  const ping = frame({ first: 0x89, payload: Buffer.alloc(125) });
  const pings = Buffer.concat(Array.from({ length: 10_000 }, () => ping));
  for (let count = 0; count < 80 && !wire.socket.destroyed; count += 1) {
    wire.say(pings);
    const isTaken = (): boolean => wire.socket.writableLength === 0 || wire.socket.destroyed;
    await until('the hub to read', isTaken, patienceMs);
  }
  wire.socket.destroy();
}, 20_000);
