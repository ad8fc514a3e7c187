import { connect } from 'node:net';

import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { HealthReason, HealthSource } from './health.ts';
import { createHttp, sayWhyNotListening, type Http } from './server.ts';

const host = '127.0.0.1';
const log = pino({ level: 'silent' });

let http: Http;
let reasons: HealthReason[];
let source: HealthSource;

beforeEach(async () => {
  reasons = [];
  source = () => reasons;
  const health = [(): HealthReason[] => source()];
  http = createHttp({ host, port: 0, version: '1.2.3', health, log });
  await http.listen();
});

afterEach(() => http.close());

const get = async (
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`http://${host}:${http.port()}${path}`, init);
  return { status: response.status, body: await response.json() };
};

const slow: HealthReason = {
  severity: 'degraded',
  code: 'DISK_SLOW',
  message: 'The disk is slow.',
  fix: 'Use another disk.',
};

it('answers ok with 200 when no part has a reason', async () => {
  const { status, body } = await get('/health');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ok', reasons: [], version: '1.2.3' });
});

it('answers degraded with 200, naming what is wrong and the fix', async () => {
  reasons = [slow];
  const { status, body } = await get('/health');
  const { code, message, fix } = slow;
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'degraded', reasons: [{ code, message, fix }] });
});

it('answers failing with 503 when one part fails', async () => {
  reasons = [slow, { ...slow, severity: 'failing', code: 'DISK_GONE' }];
  const { status, body } = await get('/health');
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'failing' });
});

it('answers failing when a part cannot say how it is', async () => {
  source = () => {
    throw new Error('no answer');
  };
  const { status, body } = await get('/health');
  expect(status).toBe(503);
  expect(body).toMatchObject({ reasons: [{ code: 'HEALTH_UNREADABLE' }] });
});

it('tells its real port and its addresses', async () => {
  const { status, body } = await get('/network-info');
  expect(status).toBe(200);
  const url = `http://${host}:${http.port()}`;
  const addresses = [
    { address: host, interface: expect.any(String) as unknown, kind: 'loopback', url },
  ];
  expect(body).toEqual({ port: http.port(), addresses });
});

it('refuses an unknown route with a code, a sentence and a fix', async () => {
  const { status, body } = await get('/orders?secret=1');
  expect(status).toBe(404);
  expect(body).toMatchObject({
    code: 'UNKNOWN_ROUTE',
    message: expect.stringContaining('/orders') as unknown,
  });
  expect(JSON.stringify(body)).not.toContain('secret');
});

it('says at its bare address what it is and where to look, and names no version, folder or key', async () => {
  const address = `http://${host}:${http.port()}/`;
  const response = await fetch(address);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  for (const [path = ''] of text.matchAll(/^ {2}\/[a-z-]+/gm)) {
    expect((await fetch(new URL(path.trim(), address))).status).toBe(200);
  }
  expect(text).toMatch(/hub of this shop[^]*\/health[^]*\/network-info[^]*screens[^]*later/);
  expect(text).not.toMatch(/1\.2\.3|\d|key/);
  const head = await fetch(address, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
});

it('refuses an address that is none with the same three fields', async () => {
  const { status, body } = await get('/%zz');
  expect(status).toBe(400);
  expect(Object.keys(body as object)).toEqual(['code', 'message', 'fix']);
});

it('refuses a body it cannot read without falling over', async () => {
  const headers = { 'content-type': 'application/json' };
  const { status, body } = await get('/health', { method: 'POST', headers, body: '{' });
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'BAD_REQUEST' });
  expect((await get('/health')).status).toBe(200);
});

it('answers what is no HTTP with the same three fields', async () => {
  const socket = connect(http.port(), host);
  socket.end('order one tea\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  const body = JSON.parse(text.slice(text.indexOf('{'))) as object;
  expect(Object.keys(body)).toEqual(['code', 'message', 'fix']);
});

it('says what to do when the port is taken', async () => {
  const port = http.port();
  const second = createHttp({ host, port, version: '1', health: [], log }).listen();
  const error = await second.then(() => undefined).catch((caught: unknown) => caught);
  const sentence = sayWhyNotListening(error, host, port);
  expect(sentence).toContain(`Port ${port} is already taken`);
  expect(sentence).toContain('--port');
});

it('says what to do when the address is not this machine’s', () => {
  const error = Object.assign(new Error('listen'), { code: 'EADDRNOTAVAIL' });
  const sentence = sayWhyNotListening(error, '192.0.2.200', 0);
  expect(sentence).toContain('does not have the address 192.0.2.200');
});

it('leaves an error it does not know to be thrown', () => {
  expect(sayWhyNotListening(new Error('unknown'), host, 1)).toBeUndefined();
});
