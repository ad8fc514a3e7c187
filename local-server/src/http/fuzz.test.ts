// Every route of the hub, asked in every odd way by everybody: strangers, each role, a program with
// its token and the box. A route that is added is tried by itself. The hub refuses in its one shape,
// repeats nothing of what was sent, writes nothing down that no manager asked for, and lives.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { deviceRoles } from '../pairing/wanted.ts';
import { fits } from '../testing/described.ts';
import { type OddCall, oddCall, secret } from '../testing/odd-calls.ts';
import { adminKey, createKeys, openStandingDoor } from '../testing/standing-door.ts';
import { connectHand, type Hand, openHand, putSoup, serve } from '../testing/standing-floor.ts';
import { describedOf, type DescribedRoute, refusalSchema } from './description.ts';
import { securityHeaders } from './headers.ts';

type Authorize = (call: OddCall) => string | undefined;

const bearer = 'b'.repeat(43);
const callsOfRoute = 60;
const requestsOnSockets = 1_000;

let door: Awaited<ReturnType<typeof openStandingDoor>>;
let till: Hand;
const callers = new Map<string, Authorize>();
const known: Record<string, string> = { order: 'o1', number: 'B1', name: 'Bar', role: 'counter' };

beforeAll(async () => {
  door = await openStandingDoor();
  await putSoup(await openHand(door, 'manager', 'Office'));
  till = await connectHand(door, await door.letIn('entry', 'Till'));
  await serve(till, 'o1', 1);
  known['device'] = (await door.letIn('entry', 'Victim')).device;
  callers.set('stranger', () => undefined);
  callers.set('impostor', () => `Bearer ${secret}`);
  callers.set('box', () => `Bearer ${adminKey}`);
  callers.set('program with a token', () => `Bearer ${bearer}`);
  for (const role of deviceRoles) {
    const device = await door.letIn(role, role);
    callers.set(role, ({ method, path, body }) => {
      const call = { method: method as 'GET', path };
      return device.authorization(
        door.engine.hub,
        body === undefined || method !== 'POST' ? call : { ...call, table: body },
      );
    });
  }
  const opened = { method: 'POST', path: '/pairing/windows' } as const;
  const { body } = await door.asBox({ ...opened, body: { role: 'program', name: 'Kiosk' } });
  const hash = createHash('sha256').update(bearer).digest('hex');
  await door.join(String(body['code']), createKeys(), hash);
});
afterAll(() => door.close());

interface Heard {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly said: string;
}

async function ask({ method, path, headers, body }: OddCall, caller: string): Promise<Heard> {
  const authorization = callers.get(caller)?.({ method, path, headers, body });
  const [host, port] = door.address.split(':');
  const asked = request({ host, port, method, path, agent: false });
  for (const [name, value] of Object.entries(headers)) asked.setHeader(name, value);
  if (authorization !== undefined) asked.setHeader('authorization', authorization);
  // A HEAD that the hub cannot even read is refused with a body, as it does not know what was asked.
  asked.on('error', () => undefined);
  if (body !== undefined) asked.setHeader('content-length', Buffer.byteLength(body));
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const said = await readText(response);
  return { status: response.statusCode ?? 0, headers: response.headers, said };
}

/** Besides what its route names. */
const everywhere = ['404 UNKNOWN_ROUTE', '405 BAD_METHOD', '400 BAD_REQUEST', '415 BAD_REQUEST'];

function expectWellAnswered(route: DescribedRoute, method: string, heard: Heard): void {
  const { status, headers, said } = heard;
  for (const name of Object.keys(securityHeaders)) expect(headers).toHaveProperty(name);
  if (status === 200 || (route.url === '/health' && status === 503)) return;
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  if (method === 'HEAD') return expect(said).toBe('');
  const refusal = JSON.parse(said) as { code: string };
  expect(fits(refusalSchema, refusal), said).toBe(true);
  const told = [...route.refused].flatMap(([one, codes]) => codes.map((code) => `${one} ${code}`));
  expect([...everywhere, ...told]).toContain(`${status} ${refusal.code}`);
  expect(said).not.toContain(secret);
  expect(said.length).toBeLessThan(600);
}

it('refuses in its one shape whatever anybody asks, and writes nothing down', async () => {
  const { running } = door.engine;
  // The box may do everything, so its calls come furthest.
  const who = fc.oneof(fc.constant('box'), fc.constantFrom(...callers.keys()));
  for (const route of describedOf(door.guard.routes)) {
    await fc.assert(
      fc.asyncProperty(who, oddCall(route, known), async (caller, call) => {
        const { seq } = running.status.at;
        const heard = await ask(call, caller);
        expectWellAnswered(route, call.method, heard);
        // What the engine refuses a manager stands in the log as well.
        const isAct = call.method === 'POST' && [200, 404, 409].includes(heard.status);
        const mayWrite = isAct && ['manager', 'box'].includes(caller);
        if (!mayWrite) expect(running.status.at.seq).toBe(seq);
      }),
      { numRuns: callsOfRoute },
    );
  }
  expect((await till.give('order.send', { order: 'o1' })).outcome).toBe('ok');
}, 120_000);

function often<Value>(value: Value) {
  return { weight: 4, arbitrary: fc.constant(value) };
}

const lineEnds = fc.oneof(often('\r\n'), fc.constantFrom('\n', '\r', '\r\r\n', ''));
const firstLine = fc
  .tuple(
    fc.oneof(often('GET'), fc.constantFrom('POST', 'HEAD', 'get', 'PRI', 'G\0T', 'CONNECT', '')),
    fc.oneof(
      often('/health'),
      fc.constantFrom('/pairing/join', '*', '//', '/%', '/\x80', 'http://x/', '/a b', ''),
    ),
    fc.oneof(
      often('HTTP/1.1'),
      fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1x', ''),
    ),
  )
  .map((parts) => parts.join(' '));
const headerLine = fc.oneof(
  fc.constantFrom(
    'Host: x',
    'Host : x',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5, 6',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Expect: 100-continue',

    'Expect: odd',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Connection: Upgrade',
    ' folded',
    ': x',

    'Content-Type: application/json',
    'X: \0',
    'X: \x7f',
    `X: ${'x'.repeat(9_000)}`,
    'Origin: null',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
);
const bodies = fc.constantFrom(
  '',
  '{}',
  '{"a"',
  '0\r\n\r\n',
  'zz\r\n',
  'ffffffffffffffff1\r\nx',
  '\0',
);
const madeUp = fc
  .tuple(
    firstLine,
    fc.array(headerLine, { maxLength: 2 }),
    lineEnds,
    fc.oneof(often(''), bodies),
    fc.oneof(often(true), fc.constant(false)),
  )
  .map(([first, headers, end, body, isOurs]) => {
    const host = isOurs ? [`Host: ${door.address}`] : [];
    return `${[first, ...host, ...headers, '', ''].join(end)}${body}`;
  });
const anything = fc.string({ unit: 'binary-ascii', minLength: 1 });

/** Everything the hub says until it ends the connection. */
async function answerTo(bytes: string): Promise<string> {
  const [host = '', port] = door.address.split(':');
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  // A connection that the hub cuts may end with a reset.
  socket.on('error', () => undefined);
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.end(bytes, 'latin1');
  await once(socket, 'close');
  return heard;
}

it('answers what is no HTTP with a refusal and its headers, and ends the connection', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: madeUp }, anything), async (bytes) => {
      const heard = (await answerTo(bytes)).replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, '');
      // What ends before it has begun is no request.
      if (heard === '') return;
      const [head = ''] = heard.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
      if (status !== 200 && status !== 101) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
      const isShown = status >= 400 && !bytes.startsWith('HEAD');
      if (isShown) expect(heard).toMatch(/{"code":"\w+","message":"[^"]+","fix":"[^"]+"}/);
      for (const name of Object.keys(securityHeaders)) expect(head.toLowerCase()).toContain(name);
    }),
    { numRuns: requestsOnSockets },
  );
  expect((await fetch(`http://${door.address}/health`)).status).toBe(200);
}, 120_000);
