import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { guardRoutes } from '../http/routes.ts';
import { addSdkRoutes } from './routes.ts';

let app: FastifyInstance;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sdk-'));
  app = fastify();
  guardRoutes(app);
  addSdkRoutes(app, folder);
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['client.js', 'text/javascript; charset=utf-8'],
  ['client.d.ts', 'text/plain; charset=utf-8'],
  ['client.tgz', 'application/gzip'],
])('hands out %s byte for byte, and says how long it is', async (name, type) => {
  const bytes = Buffer.from([0x00, 0xc3, 0xbc, 0xff, 0x0a]);
  writeFileSync(path.join(folder, name), bytes);
  const got = await app.inject({ method: 'GET', url: `/sdk/${name}` });
  expect([got.statusCode, got.headers['content-type']]).toEqual([200, type]);
  expect(got.rawPayload).toEqual(bytes);
  const head = await app.inject({ method: 'HEAD', url: `/sdk/${name}` });
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '5', '']);
});

it('says what to do where it was not made', async () => {
  const { statusCode, body } = await app.inject({ method: 'GET', url: '/sdk/client.js' });
  const { code, fix } = JSON.parse(body) as { code: string; fix: string };
  expect([statusCode, code]).toEqual([404, 'NO_SDK']);
  expect(fix).toContain('npm run production');
});
