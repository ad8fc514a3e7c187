// Somebody on the WiFi who means harm, over HTTP: under another name, from a page elsewhere, or with
// what is no request at all.

import { describe, expect, it } from 'vitest';

import { hostileScene } from './hostile-scene.ts';
import { get, request, upgrade } from './hostile-wire.ts';

const scene = hostileScene();
const ask = (text: string) => request(scene().hub.address, text, scene().stranger());
const port = (): string => new URL(scene().hub.address).port;

describe('Under another name', () => {
  it.each([
    ['another name', () => [`Host: evil.example:${port()}`], 421],
    ['another address', () => [`Host: 192.0.2.1:${port()}`], 421],
    ['our name before another', () => [`Host: 127.0.0.1.evil.example:${port()}`], 421],
    ['another way to write our address', () => [`Host: 127.1:${port()}`], 421],
    ['nothing', () => [], 400],
    ['two names', () => [scene().ours, 'Host: evil.example'], 400],
    ['its own name twice', () => [scene().ours, scene().ours], 400],
  ] as const)('answers nobody who asks for %s', async (_what, headers, status) => {
    const code = status === 421 ? 'ANOTHER_HOST' : 'BAD_REQUEST';
    expect(await ask(get('/health', headers()))).toMatchObject({ status, code });
    expect(await ask(upgrade(headers()))).toMatchObject({ status, code });
  });

  it('answers nobody who names the host in the first line', async () => {
    const answer = await ask(get('http://evil.example/health', [scene().ours]));
    expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('From another page', () => {
  it.each([
    () => 'https://evil.example',
    () => 'null',
    () => `http://127.0.0.1.evil.example:${port()}`,
    () => 'https://hub.local.evil.example',
    () => `http://evil.127.0.0.1:${port()}`,
    () => 'http://127.0.0.1:1',
    () => 'http://127.0.0.1',
    () => `https://127.0.0.1:${port()}`,
    () => `http://127.0.0.1:${port()}/`,
    () => '',
  ])('answers nobody (%s)', async (origin) => {
    const headers = [scene().ours, `Origin: ${origin()}`];
    for (const asked of [get('/health', headers), upgrade(headers)]) {
      expect(await ask(asked)).toMatchObject({ status: 403, code: 'ANOTHER_PAGE' });
    }
  });

  it('answers its own pages', async () => {
    const headers = [scene().ours, `Origin: ${scene().hub.address}`];
    expect((await ask(get('/health', headers))).status).toBe(200);
  });
});

describe('Every answer', () => {
  const safe = [
    "content-security-policy: default-src 'self'; connect-src 'self' ws: wss:;",
    'x-content-type-options: nosniff',
    'referrer-policy: no-referrer',
  ];

  it.each<[string, () => string, number]>([
    ['a page', () => get('/', [scene().ours]), 200],
    ['an unknown route', () => get('/none', [scene().ours]), 404],
    ['an address that is none', () => get('/%zz', [scene().ours]), 400],
    ['another name', () => get('/', ['Host: evil.example']), 421],
    ['no HTTP at all', () => 'order one tea\r\n\r\n', 400],
    ['a refused upgrade', () => upgrade(['Host: evil.example']), 421],
  ])('to %s has its headers and names no version', async (_what, asked, status) => {
    const { head, status: got } = await ask(asked());
    expect(got).toBe(status);
    for (const header of safe) expect(head).toContain(header);
    expect(head).not.toMatch(/unsafe|strict-transport|upgrade-insecure|^(server|x-powered-by):/m);
  });
});

describe('What is no good request', () => {
  it.each(['TRACE', 'OPTIONS', 'PUT', 'DELETE'])('%s is not answered', async (method) => {
    const asked = get('/health', [scene().ours]).replace('GET', method);
    expect(await ask(asked)).toMatchObject({ status: 405, code: 'BAD_METHOD' });
  });

  it.each([
    '/..%2fadmin.key',
    '/%2e%2e/admin.key',
    '/..%5cadmin.key',
    '/sdk/..%2f..%2fadmin.key',
    '/admin.key',
    '/.env',
    '/.git/config',
    '/hub.js.map',
    '/a%00b',
    '/health%00.txt',
  ])('has nothing at %s', async (url) => {
    const { status, code } = await ask(get(url, [scene().ours]));
    expect([status, code]).toBeOneOf([
      [404, 'UNKNOWN_ROUTE'],
      [400, 'BAD_REQUEST'],
    ]);
  });

  const older = (version: string, headers: string[]): string =>
    get('/health', headers).replace('HTTP/1.1', version);

  it.each<[string, () => string, number]>([
    ['HTTP/1.0 without a host', () => older('HTTP/1.0', []), 400],
    ['HTTP/1.0 with a foreign host', () => older('HTTP/1.0', ['Host: evil.example']), 421],
    ['HTTP/0.9', () => 'GET /health\r\n\r\n', 400],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a version that is none', () => older('HTTP/9.9', [scene().ours]), 400],
    ['a handshake of TLS', () => `${half}\r\n\r\n`, 400],
    ['an address of a mebibyte', () => get(`/${'a'.repeat(2 ** 20)}`, [scene().ours]), 431],
  ])('refuses %s', async (_what, asked, status) => {
    expect((await ask(asked())).status).toBe(status);
  });

  it('answers HTTP/1.0 under its own name, once, and closes', async () => {
    const asked = older('HTTP/1.0', [scene().ours]).replace('Connection: close\r\n', '');
    const { status, head } = await ask(asked);
    expect(status).toBe(200);
    expect(head).toContain('connection: close');
  });

  it.each([
    ['two kinds of length', ['Content-Length: 4', 'Transfer-Encoding: chunked'], 400],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5'], 400],
    ['a length that is none', ['Content-Length: +4'], 400],
    ['an encoding that is none', ['Transfer-Encoding: xchunked'], 400],
    ['a folded header', ['X-Long: a', ' b: c', 'X\u0000: d'], 400],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`), 431],
    ['a header of 9 KiB', [`X-Long: ${'a'.repeat(9_000)}`], 431],
  ] as const)('refuses %s', async (_what, headers, status) => {
    const asked = get('/health', [scene().ours, ...headers]).replace('GET', 'POST');
    expect((await ask(asked)).status).toBe(status);
  });

  it.each([
    ['that never ends', 1e9, '{', 413],
    ['that nests ten thousand deep', 20_000, `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400],
    ['that is no JSON', 4, 'oops', 400],
  ] as const)('refuses a body %s', async (_what, length, body, status) => {
    const fields = ['Content-Type: application/json', `Content-Length: ${length}`];
    const asked = get('/pairing/join', [scene().ours, ...fields]).replace('GET', 'POST');
    expect((await ask(asked + body)).status).toBe(status);
  });
});

/** The beginning of a ClientHello that says it has 508 bytes more. */
const half = String.fromCodePoint(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03);
