// Somebody on the WiFi who means harm, against the real hub: what they send is refused with its
// code, costs the hub no memory, and a waiter's tablet is served as if nobody were there.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Crew, openCrew } from './crew.ts';
import {
  type Frame,
  type Wire,
  closeCodeIn,
  frame,
  get,
  neighbour,
  openWire,
  readAnswer,
  request,
  upgrade,
} from './hostile-wire.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const growthMebibytesMax = 64;
const servedWithinMs = 10_000;
const testMs = 60_000;

let folder: string;
let hub: StandingHub;
let crew: Crew;
let host: string;
let port: string;
let before: number;
let neighbours = 0;
let round = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  mkdirSync(path.join(folder, 'devices'));
  hub = await openStandingHub(path.join(folder, 'data'));
  ({ host, port } = new URL(hub.address));
  crew = await openCrew(hub, path.join(folder, 'devices'), new Ledger(), 1);
  await isServed();
  before = memoryMebibytes();
}, testMs);
afterAll(async () => {
  await crew.close();
  await hub.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await isServed();
  isSmall();
}, testMs);

/** An honest tablet gives an order and gets its outcomes. */
async function isServed(): Promise<void> {
  round += 1;
  await serveOrders(crew.devices, `honest-${round}`, 1);
  await until('an outcome for everything', () => crew.waiting() === 0, servedWithinMs);
}

function isSmall(): void {
  const grown = memoryMebibytes() - before;
  if (grown > growthMebibytesMax) throw new Error(`the hub has grown by ${grown} MiB`);
}

function memoryMebibytes(): number {
  const said = execFileSync('ps', ['-o', 'rss=', '-p', String(hub.pid)], { encoding: 'utf8' });
  return Number(said) / 1_024;
}

/** Each attack comes from another address, so that none is refused for what the one before did. */
function stranger(): string {
  neighbours += 1;
  return neighbour(neighbours);
}

const ours = (): string => `Host: ${host}`;

describe('Under another name', () => {
  it.each([
    ['another name', () => [`Host: evil.example:${port}`], 421],
    ['another address', () => [`Host: 192.0.2.1:${port}`], 421],
    ['the right address and another port', () => ['Host: 127.0.0.1:1'], 421],
    ['the right address without a port', () => ['Host: 127.0.0.1'], 421],
    ['our name before another', () => [`Host: 127.0.0.1.evil.example:${port}`], 421],
    ['another way to write our address', () => [`Host: 127.1:${port}`], 421],
    ['nothing', () => [], 400],
    ['two names', () => [`Host: 127.0.0.1:${port}`, 'Host: evil.example'], 400],
  ] as const)('answers nobody who asks for %s', async (_what, headers, status) => {
    const from = stranger();
    const plain = await request(hub.address, get('/health', headers()), from);
    expect(plain.status).toBe(status);
    expect(plain.code).toBe(status === 421 ? 'ANOTHER_HOST' : 'BAD_REQUEST');
    const socket = await request(hub.address, upgrade(headers()), from);
    expect(socket.status).toBe(status);
    expect(socket.code).toBe(plain.code);
  });

  it('answers nobody who names the host in the first line', async () => {
    const answer = await request(hub.address, get('http://evil.example/health', [ours()]));
    expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('From another page', () => {
  it.each([
    () => 'https://evil.example',
    () => 'null',
    () => `http://127.0.0.1.evil.example:${port}`,
    () => `http://evil.127.0.0.1:${port}`,
    () => 'http://127.0.0.1:1',
    () => 'http://127.0.0.1',
    () => `https://127.0.0.1:${port}`,
    () => `http://127.0.0.1:${port}/`,
    () => '',
  ])('answers nobody (%s)', async (origin) => {
    const from = stranger();
    const headers = [ours(), `Origin: ${origin()}`];
    for (const asked of [get('/health', headers), upgrade(headers)]) {
      const answer = await request(hub.address, asked, from);
      expect(answer).toMatchObject({ status: 403, code: 'ANOTHER_PAGE' });
    }
  });

  it('answers its own pages, and lets them open a socket', async () => {
    const headers = [ours(), `Origin: ${hub.address}`];
    expect((await request(hub.address, get('/health', headers))).status).toBe(200);
    const wire = await openSocket(stranger(), [`Origin: ${hub.address}`]);
    wire.socket.destroy();
  });
});

describe('Over HTTP', () => {
  const safe = [
    "content-security-policy: default-src 'self'; connect-src 'self' ws: wss:;",
    'x-content-type-options: nosniff',
    'referrer-policy: no-referrer',
  ];

  it.each<[string, () => string, number]>([
    ['a page', () => get('/', [ours()]), 200],
    ['an unknown route', () => get('/none', [ours()]), 404],
    ['an address that is none', () => get('/%zz', [ours()]), 400],
    ['another name', () => get('/', ['Host: evil.example']), 421],
    ['no HTTP at all', () => 'order one tea\r\n\r\n', 400],
    ['a refused upgrade', () => upgrade(['Host: evil.example']), 421],
  ])('answers %s with its headers, and names no version', async (_what, asked, status) => {
    const { head, status: got } = await request(hub.address, asked(), stranger());
    expect(got).toBe(status);
    for (const header of safe) expect(head).toContain(header);
    expect(head).not.toMatch(/unsafe|strict-transport|upgrade-insecure|^(server|x-powered-by):/m);
  });

  it.each(['TRACE', 'OPTIONS', 'PUT', 'DELETE'])('does not answer %s', async (method) => {
    const asked = get('/health', [ours()]).replace('GET', method);
    expect(await request(hub.address, asked, stranger())).toMatchObject({
      status: 405,
      code: 'BAD_METHOD',
    });
  });

  it.each(['/..%2fadmin.key', '/%2e%2e/admin.key', '/admin.key', '/.env', '/hub.js.map', '/a%00b'])(
    'has nothing at %s',
    async (url) => {
      const { status } = await request(hub.address, get(url, [ours()]), stranger());
      expect([400, 404]).toContain(status);
    },
  );

  it.each([
    ['two lengths', ['Content-Length: 4', 'Transfer-Encoding: chunked'], 400],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`), 431],
    ['a header of 9 KiB', [`X-Long: ${'a'.repeat(9_000)}`], 431],
  ] as const)('refuses %s', async (_what, headers, status) => {
    const asked = get('/health', [ours(), ...headers]).replace('GET', 'POST');
    expect((await request(hub.address, asked, stranger())).status).toBe(status);
  });

  it('refuses an address of a mebibyte, and a handshake of TLS', async () => {
    const long = get(`/${'a'.repeat(1_048_576)}`, [ours()]);
    expect((await request(hub.address, long, stranger())).status).toBe(431);
    const tls = String.fromCodePoint(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03);
    expect((await request(hub.address, `${tls}\r\n\r\n`, stranger())).status).toBe(400);
  });

  it('refuses a body that never ends, or nests ten thousand deep', async () => {
    const post = (length: number, body: string): string =>
      get('/pairing/join', [ours(), 'Content-Type: application/json', `Content-Length: ${length}`])
        .replace('GET', 'POST')
        .concat(body);
    expect((await request(hub.address, post(1e9, '{'), stranger())).status).toBe(413);
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect((await request(hub.address, post(deep.length, deep), stranger())).status).toBe(400);
  });

  it('ends requests that come one letter at a time, two hundred at once', async () => {
    const startedMs = performance.now();
    const wires = await Promise.all(
      Array.from({ length: 200 }, () => openWire(hub.address, neighbour(1))),
    );
    const letters = setInterval(() => {
      for (const wire of wires) wire.say('a');
    }, 1_000);
    for (const wire of wires) wire.say('GET /health HTTP/1.1\r\nX-Slow: ');
    await isServed();
    const answers = await Promise.all(wires.map(({ ended }) => ended));
    clearInterval(letters);
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    expect(new Set(answers.map((heard) => readAnswer(heard).status))).toEqual(new Set([408]));
  }, 20_000);

  it.each(['/pairing/join', '/%70airing/join', '/pairing/%6Aoin?%ff'])(
    'lets one address try codes at %s ten times at once and no more',
    async (url) => {
      const from = stranger();
      const fields = [ours(), 'Content-Type: application/json', 'Content-Length: 2'];
      const asked = get(url, fields).replace('GET', 'POST').concat('{}');
      const statuses: number[] = [];
      for (let tries = 0; tries < 14; tries += 1) {
        statuses.push((await request(hub.address, asked, from)).status);
      }
      expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(10);
      expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 400));
    },
  );

  it('answers one address so many calls at once and no more, and others all the same', async () => {
    const from = stranger();
    const call = async (): Promise<number> =>
      (await request(hub.address, get('/health', [ours()]), from)).status;
    const statuses: number[] = [];
    await until(
      'the end of the burst',
      async () => {
        statuses.push(...(await Promise.all(Array.from({ length: 50 }, call))));
        return statuses.includes(429);
      },
      servedWithinMs,
    );
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(200);
    expect((await request(hub.address, get('/health', [ours()]), stranger())).status).toBe(200);
  });
});

async function openSocket(from: string, headers: readonly string[] = []): Promise<Wire> {
  const wire = await openWire(hub.address, from);
  wire.say(upgrade([ours(), ...headers]));
  await until('the answer', () => wire.heard().includes('challenge'), servedWithinMs);
  return wire;
}

describe('Over a WebSocket', () => {
  const text = 0x81;
  const more: Frame = { first: 0x00, payload: Buffer.from('a') };
  const pieces = (count: number): Frame[] => Array.from({ length: count }, () => more);
  const hello = Buffer.from('{"type":"ping"}');
  // Where the hub stops reading in the middle of a flood, its reason may be lost with the connection.
  it.each<[string, readonly Frame[], readonly (number | undefined)[]]>([
    ['a frame of 100 MiB', [{ first: text, length: 104_857_600 }], [1009]],
    ['a text of 17 pieces', [{ ...more, first: 0x01 }, ...pieces(16)], [1008, 1009]],
    [
      '120,000 pieces of one letter',
      [{ ...more, first: 0x01 }, ...pieces(120_000)],
      [1008, undefined],
    ],
    ['bytes that are no text', [{ first: text, payload: Buffer.from([0xc3, 0x28]) }], [1007]],
    ['a frame without a mask', [{ first: text, payload: hello, isMasked: false }], [1002]],
    ['reserved bits', [{ first: 0xf1, payload: hello }], [1002]],
    ['a compressed frame', [{ first: 0xc1, payload: hello }], [1002]],
    ['a long reason to close', [{ first: 0x88, payload: Buffer.alloc(200) }], [1002]],
    ['a piece of nothing', [more], [1002]],
    ['binary', [{ first: 0x82, payload: hello }], [4002]],
    ['anything before a hello', [{ first: text, payload: hello }], [4002]],
    ['a depth of 10,000', [{ first: text, payload: Buffer.from('['.repeat(10_000)) }], [4002]],
  ])('ends a socket that sends %s', async (_what, frames, codes) => {
    const wire = await openSocket(stranger());
    let hasEnded = false;
    void wire.ended.then(() => (hasEnded = true));
    wire.say(Buffer.concat(frames.map(frame)));
    const isOver = (): boolean => hasEnded || closeCodeIn(wire.heard()) !== undefined;
    await until('the end', isOver, servedWithinMs);
    expect(codes).toContain(closeCodeIn(wire.heard()));
    wire.socket.destroy();
  });

  it('takes no offer to compress', async () => {
    const wire = await openSocket(stranger(), ['Sec-WebSocket-Extensions: permessage-deflate']);
    expect(readAnswer(wire.heard()).head).not.toContain('permessage');
    wire.socket.destroy();
  });

  it('waits for a hello five seconds, from eight sockets of an address at once', async () => {
    const from = stranger();
    const startedMs = performance.now();
    const wires = await Promise.all(Array.from({ length: 8 }, () => openSocket(from)));
    const ninth = await request(hub.address, upgrade([ours()]), from);
    expect(ninth).toMatchObject({ status: 503, code: 'CROWDED' });
    await openSocket(stranger()).then(({ socket }) => socket.destroy());
    await Promise.all(wires.map(({ ended }) => ended));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    for (const wire of wires) expect(closeCodeIn(wire.heard())).toBe(4002);
  }, 20_000);

  it('lets a newcomer in for one of the biggest crowd where strangers fill every place', async () => {
    const crowds = Array.from({ length: 8 }, () => stranger());
    const wires: Awaited<ReturnType<typeof openSocket>>[] = [];
    for (const from of crowds) {
      wires.push(...(await Promise.all(Array.from({ length: 8 }, () => openSocket(from)))));
    }
    const newcomer = await openSocket(stranger());
    expect(readAnswer(newcomer.heard()).status).toBe(101);
    await Promise.race(wires.slice(0, 8).map(({ ended }) => ended));
    const shed = wires.filter(({ socket }) => socket.closed);
    expect(shed.length).toBe(1);
    for (const { socket } of [newcomer, ...wires]) socket.destroy();
  });

  it('answers pings only as long as somebody reads the answers', async () => {
    const wire = await openSocket(stranger());
    wire.socket.pause();
    const ping = frame({ first: 0x89, payload: Buffer.alloc(125) });
    const pings = Buffer.concat(Array.from({ length: 10_000 }, () => ping));
    for (let count = 0; count < 80; count += 1) {
      wire.say(pings);
      await until('the hub to read', () => wire.socket.writableLength === 0, servedWithinMs);
    }
    await isServed();
    isSmall();
    wire.socket.destroy();
  });

  it('opens so many sockets for one address and no more', async () => {
    const from = stranger();
    const statuses: number[] = [];
    await until(
      'the end of the burst',
      async () => {
        const wires = await Promise.all(
          Array.from({ length: 20 }, () => openWire(hub.address, from)),
        );
        for (const wire of wires) wire.say(upgrade([ours()]));
        const heard = (wire: Wire): boolean => wire.heard().includes('\r\n\r\n');
        await until('answers', () => wires.every(heard), servedWithinMs);
        statuses.push(...wires.map((wire) => readAnswer(wire.heard()).status));
        for (const wire of wires) wire.socket.destroy();
        return statuses.includes(429);
      },
      servedWithinMs,
    );
    expect(new Set(statuses)).toEqual(new Set([101, 503, 429]));
  });

  it('serves a paired tablet although a thousand connections stand at the door', async () => {
    const from = Array.from({ length: 1_000 }, (_, index) => neighbour(1 + (index % 20)));
    const wires = await Promise.all(from.map((one) => openWire(hub.address, one)));
    await isServed();
    expect(crew.devices.every(({ client }) => client.connection.isLive)).toBe(true);
    const newcomer = await request(hub.address, get('/health', [ours()]), neighbour(30));
    expect(newcomer.status).toBe(200);
    expect(wires.filter(({ socket }) => !socket.destroyed).length).toBeLessThan(512);
    for (const { socket } of wires) socket.destroy();
  });
});
