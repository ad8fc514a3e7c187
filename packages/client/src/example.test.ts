import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { tallyDomain } from './testing/tally.ts';
import { type TinyHub, startTinyHub } from './testing/tiny-hub.ts';

const packageFolder = path.join(import.meta.dirname, '..');
const page = path.join(packageFolder, '../../docs/client.md');
const code = 'K7PQ2MXA';

let folder = '';
let http: Server;
let hub: TinyHub;

beforeEach(async () => {
  folder = mkdtempSync(path.join(packageFolder, '.example-'));
  http = createServer((request, response) => {
    void answer(request).then((body) => response.end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  hub = await startTinyHub(tallyDomain, { server: http });
});
afterEach(async () => {
  await hub.stop();
  http.close();
  rmSync(folder, { recursive: true });
});

/** The two routes of pairing, with one code. */
async function answer(request: IncomingMessage): Promise<object> {
  if (request.url === '/pairing') return { hub: hub.id, store: hub.hub.status.store };
  const { publicKey, proof } = (await json(request)) as Record<'publicKey' | 'proof', string>;
  const expected = createHmac('sha256', code).update(`${hub.id}\n${publicKey}`).digest('hex');
  expect(proof).toBe(expected);
  const { store, device, name, letter, role } = await hub.pair('waiter', publicKey);
  return { store, device, name, letter, role };
}

it('runs the example of docs/client.md, twice', async () => {
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(page, 'utf8')) ?? [];
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  const names = 'tallyDomain as domain, type TallyCommands as Commands';
  writeFileSync(
    path.join(folder, 'domain.ts'),
    `export { ${names} } from '../src/testing/tally.ts';\n`,
  );
  writeFileSync(path.join(folder, 'example.ts'), example);
  const env = { ...process.env, HUB: hub.address, CODE: 'k7pq-2mxa', FILE: 'tablet.device' };
  const run = () => promisify(execFile)(process.execPath, ['example.ts'], { cwd: folder, env });

  const { stdout } = await run();
  expect(stdout.trim().split('\n')).toEqual([
    'on the screen: 3',
    'on this device, whatever happens now',
    'on the hub: ok',
  ]);
  await run();
  const tallies = [...hub.hub.status.rows.values()].filter(({ key }) => key.startsWith('tally/'));
  expect(tallies.map(({ body }) => body['value'])).toEqual([3, 3]);
  expect([...hub.hub.status.rows.keysOf('device')]).toHaveLength(1);
});
