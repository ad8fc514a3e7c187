// Many strangers on the WiFi at once, and one who tries often: what is counted is counted by address,
// and who was let in long ago keeps a place. Needs the many addresses that Linux has by itself.

import { describe, expect, it } from 'vitest';

import { hostileScene, patienceMs } from './hostile-scene.ts';
import {
  closeCodeIn,
  get,
  neighbour,
  openSocket,
  openWire,
  readAnswer,
  request,
  upgrade,
  type Wire,
} from './hostile-wire.ts';
import { until } from './until.ts';

const scene = hostileScene();
const ask = (text: string, from = scene().stranger()) => request(scene().hub.address, text, from);
const open = (from = scene().stranger()): Promise<Wire> => openSocket(scene().hub.address, from);
const knock = (from = scene().stranger()): Promise<Wire> => openWire(scene().hub.address, from);
const times = <One>(count: number, one: (index: number) => One): One[] =>
  Array.from({ length: count }, (_none, index) => one(index));
const isLive = (): boolean => scene().crew.devices.every(({ client }) => client.connection.isLive);

describe('Connections that only stand there', () => {
  // The hub looks once a second at who had more than five.
  const endWithinMs = 9_000;

  it.each<[string, string]>([
    ['say nothing', ''],
    ['begin a request one letter a second', 'GET /health HTTP/1.1\r\nX-Slow: '],
  ])(
    'are ended after five seconds, two hundred at once, when they %s',
    async (_what, begin) => {
      const startedMs = performance.now();
      const wires = await Promise.all(times(200, () => knock(neighbour(1))));
      const letters = setInterval(() => {
        for (const wire of wires) if (begin !== '') wire.say('a');
      }, 1_000);
      for (const wire of wires) if (begin !== '') wire.say(begin);
      const answers = await Promise.all(wires.map(({ ended }) => ended));
      clearInterval(letters);
      expect(performance.now() - startedMs).toBeLessThan(endWithinMs);
      expect(new Set(answers.map((heard) => readAnswer(heard).status))).toEqual(new Set([408]));
    },
    20_000,
  );

  it('are ended at once, five hundred of them, when they stop in a handshake of TLS', async () => {
    const hello = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03]);
    const wires = await Promise.all(times(500, (index) => knock(neighbour(1 + (index % 20)))));
    for (const wire of wires) wire.say(hello);
    await Promise.all(wires.map(({ ended }) => ended));
    expect(isLive()).toBe(true);
  }, 20_000);

  it('go before paired devices do, when there are a thousand', async () => {
    const wires = await Promise.all(times(1_000, (index) => knock(neighbour(1 + (index % 20)))));
    expect((await ask(get('/health', [scene().ours]))).status).toBe(200);
    expect(wires.filter(({ socket }) => !socket.destroyed).length).toBeLessThan(512);
    expect(isLive()).toBe(true);
    for (const { socket } of wires) socket.destroy();
  }, 20_000);
});

describe('Sockets without a hello', () => {
  it('are eight of an address and no more, and others come in', async () => {
    const from = scene().stranger();
    const wires = await Promise.all(times(8, () => open(from)));
    const ninth = await ask(upgrade([scene().ours]), from);
    expect(ninth).toMatchObject({ status: 503, code: 'CROWDED' });
    await open().then(({ socket }) => socket.destroy());
    await Promise.all(wires.map(({ ended }) => ended));
    for (const wire of wires) expect(closeCodeIn(wire.heard())).toBe(4002);
  }, 20_000);

  it('make room for a newcomer, one of the biggest crowd, when there are 64', async () => {
    const wires: Wire[] = [];
    for (let crowd = 0; crowd < 8; crowd += 1) {
      const from = scene().stranger();
      wires.push(...(await Promise.all(times(8, () => open(from)))));
    }
    const newcomer = await open();
    expect(readAnswer(newcomer.heard()).status).toBe(101);
    await Promise.race(wires.slice(0, 8).map(({ ended }) => ended));
    expect(wires.filter(({ socket }) => socket.closed).length).toBe(1);
    for (const { socket } of [newcomer, ...wires]) socket.destroy();
  });
});

describe('One address', () => {
  it.each(['/pairing/join', '/%70airing/join', '/pairing/%6Aoin?%ff'])(
    'tries codes at %s ten times at once and no more',
    async (url) => {
      const from = scene().stranger();
      const fields = [scene().ours, 'Content-Type: application/json', 'Content-Length: 2'];
      const asked = get(url, fields).replace('GET', 'POST').concat('{}');
      const statuses: number[] = [];
      for (let tries = 0; tries < 14; tries += 1) statuses.push((await ask(asked, from)).status);
      expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(10);
      expect(statuses.slice(0, 10)).toEqual(times(10, () => 400));
    },
  );

  it('is answered so many calls at once and no more, and others all the same', async () => {
    const from = scene().stranger();
    const asked = get('/health', [scene().ours]);
    const statuses: number[] = [];
    while (!statuses.includes(429)) {
      const answers = await Promise.all(times(50, () => ask(asked, from)));
      statuses.push(...answers.map(({ status }) => status));
      expect(statuses.length).toBeLessThan(2_000);
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(200);
    expect((await ask(asked)).status).toBe(200);
  });

  it('opens few of ten thousand sockets that it asks for as fast as it can', async () => {
    const from = scene().stranger();
    const statuses = new Map<number, number>();
    const tryOnce = async (): Promise<void> => {
      const wire = await knock(from);
      wire.say(upgrade([scene().ours]));
      const isAnswered = (): boolean => wire.heard().includes('\r\n\r\n') || wire.socket.closed;
      await until('an answer', isAnswered, patienceMs);
      const { status } = readAnswer(wire.heard());
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      wire.socket.destroy();
    };
    const tryOften = async (): Promise<void> => {
      for (let count = 0; count < 50; count += 1) await tryOnce();
    };
    await Promise.all(times(200, tryOften));
    expect(statuses.get(429)).toBeGreaterThan(8_000);
    expect(isLive()).toBe(true);
  }, 60_000);

  it.each([
    ['another port', 'Host: 127.0.0.1:1'],
    ['no port', 'Host: 127.0.0.1'],
  ])(
    'that is not the hub’s own is answered under the hub’s port alone, not with %s',
    async (_what, host) => {
      const wrong = { status: 421, code: 'ANOTHER_HOST' };
      expect(await ask(get('/health', [host]))).toMatchObject(wrong);
      expect(await ask(upgrade([host]))).toMatchObject(wrong);
    },
  );
});
