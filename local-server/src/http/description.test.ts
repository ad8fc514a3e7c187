// A route that is added needs a call here that it answers: its answer is then held to what the
// description says of it. All other tests of the door hold theirs to it as well.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkCode } from '../pairing/code.ts';
import { expectDescribed, fits } from '../testing/described.ts';
import {
  adminKey,
  type Call,
  createKeys,
  openStandingDoor,
  TestDevice,
} from '../testing/standing-door.ts';
import { describedOf } from './description.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  readonly summary: string;
  readonly 'x-who': string[];
  readonly security: object[];
  readonly parameters: { readonly name: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content: Record<string, { schema: object }> }
  >;
}

const readDocument = async (): Promise<OpenApi> =>
  (await door.send({ method: 'GET', path: '/docs/openapi.json' })).body as unknown as OpenApi;

it('names every route with who may call it, what it takes and answers, and what it refuses', async () => {
  const { openapi, paths } = await readDocument();
  expect(openapi).toBe('3.1.0');
  const routes = describedOf(door.guard.routes);
  const named = Object.values(paths).flatMap((path) => Object.keys(path));
  expect(named).toHaveLength(routes.length);
  for (const { method, url, callers, about } of routes) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    const operation = paths[path]?.[method.toLowerCase()];
    expect([path, operation?.['x-who']]).toEqual([path, callers]);
    expect([path, operation?.summary.length]).toEqual([path, about.summary.length]);
    expect(about.summary).toMatch(/^[A-Z].+\.$/);
    const params = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name);
    expect(operation?.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(params));
    const bodies = Object.keys(operation?.requestBody?.content ?? {});
    expect([path, bodies]).toEqual([path, Object.keys(about.bodies)]);
    for (const status of about.statuses) {
      expect(operation?.responses[status]?.content[about.media[0] ?? '']?.schema).toBeTruthy();
    }
    expect(operation?.responses['500']?.description).toBe('HUB_FAULT');
    const isOpen = callers.includes('everybody');
    expect([path, operation?.security.length === 0]).toEqual([path, isOpen]);
    expect(operation?.responses['401'] === undefined).toBe(isOpen);
  }
});

const calls = async (): Promise<Call[]> => {
  const till = await door.letIn('entry', 'Till');
  const stranger = new TestDevice('stranger', createKeys());
  const { publicKey } = stranger.keys;
  const socket = await stranger.connect(door.address, { publicKey });
  await socket.until('deny');
  const act = (device: string, what: string, body?: object): Call => {
    return { method: 'POST', path: `/devices/${device}/${what}`, ...(body && { body }) };
  };
  const get = (path: string): Call => ({ method: 'GET', path });
  return [
    get('/health'),
    get('/network-info'),
    get('/docs/openapi.json'),
    get('/pairing'),
    get('/devices'),
    get('/attention'),
    get('/attention/waiting'),
    { method: 'POST', path: '/attention/close', body: { entry: 'gone' } },
    get('/hub'),
    { method: 'POST', path: '/hub/stop' },
    { method: 'POST', path: '/hub/restart' },
    get('/orders'),
    get('/menu?format=json'),
    { method: 'POST', path: '/menu/preview', body: { items: [] } },
    { method: 'POST', path: '/menu/import', body: { items: [] } },
    get('/days/2026-01-01/export?format=json'),
    { method: 'POST', path: '/pairing/windows', body: { role: 'entry', name: 'Bar' } },
    act(till.device, 'rename', { name: 'Bar' }),
    act(till.device, 'role', { role: 'counter' }),
    act(till.device, 'retire'),
    act(till.device, 'revoke'),
    act('stranger', 'approve', { role: 'entry', name: 'Back', checkCode: checkCode(publicKey) }),
  ];
};

/** Answered well elsewhere: `letIn` joins, and what is asked for has to be there. */
const elsewhere = [
  '/attention/waiting/:id',
  '/pairing/join',
  '/orders/:order',
  '/orders/:order/history',
];
/** Only there once the client was made: sdk/routes.test.ts. */
const made = /^\/sdk\//;

it('describes what every route really answers', async () => {
  const answered: string[] = [...elsewhere];
  for (const call of await calls()) {
    const { status } = await door.asBox(call);
    expect([call.path, status]).toEqual([call.path, 200]);
    answered.push(call.path);
  }
  const routes = describedOf(door.guard.routes).filter(({ url }) => !made.test(url));
  for (const { method, url, about } of routes) {
    const pattern = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}(\\?.*)?$`);
    if (about.media[0] === 'application/json') {
      expect(answered.some((path) => pattern.test(path)) || url).toBe(true);
      continue;
    }
    const headers = { authorization: `Bearer ${adminKey}` };
    const response = await fetch(`http://${door.address}${url}`, { method, headers });
    expect([url, response.status]).toEqual([url, 200]);
    expect(response.headers.get('content-type')).toContain(about.media[0]);
  }
});

it('notices an answer that nobody described', () => {
  const { routes } = door.guard;
  const asked = { method: 'GET', path: '/pairing', status: 200 };
  const [refused, body] = [
    { message: '', fix: '' },
    { hub: 'h', store: 's' },
  ];
  expectDescribed(routes, { ...asked, body });
  for (const wrong of [{ ...body, key: 'k' }, { hub: 'h' }, { ...body, store: 1 }]) {
    expect(() => expectDescribed(routes, { ...asked, body: wrong })).toThrow('no description');
  }
  const odd = { ...asked, status: 403, body: { code: 'ODD', ...refused } };
  expect(() => expectDescribed(routes, odd)).toThrow('ODD');
});

it('gives examples that fit what the routes take', () => {
  for (const { about, url } of describedOf(door.guard.routes)) {
    const { required = [], properties = {} } = (about.bodies['application/json'] ?? {}) as {
      required?: string[];
      properties?: Record<string, { examples?: unknown[] }>;
    };
    for (const name of required) {
      const example = properties[name]?.examples?.[0];
      expect([url, name, typeof example]).not.toEqual([url, name, 'undefined']);
      // A key and a proof have to be made by whoever asks.
      if (url === '/pairing/join') continue;
      expect([url, name, fits(properties[name]!, example)]).toEqual([url, name, true]);
    }
  }
});

it('finds every route and every code of a refusal in docs/ as well', () => {
  const docs = join(import.meta.dirname, '../../../docs');
  const files = globSync('*.md', { cwd: docs }).map((file) =>
    readFileSync(join(docs, file), 'utf8'),
  );
  const told = files.join('\n');
  const words = describedOf(door.guard.routes).flatMap(({ method, url, refused }) => [
    `\`${method} ${url}`,
    ...[...refused.values()].flat().map((code) => `\`${code}\``),
  ]);
  expect([...new Set(words)].filter((word) => !told.includes(word))).toEqual([]);
});

it('shows a page that names every route, loads nothing and runs nothing', async () => {
  const response = await fetch(`http://${door.address}/docs`);
  const html = await response.text();
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const { method, url, callers } of describedOf(door.guard.routes)) {
    const title = `<code>${method} ${url}</code></h2>`;
    expect([url, html.includes(title)]).toEqual([url, true]);
    const section = html.slice(html.indexOf(title)).split('<h2')[0];
    expect(section).toContain(`For: <b>${callers.join(', ')}</b>`);
    expect(section).toMatch(/Refuses .*500: HUB_FAULT[^]*<pre>curl -s /);
  }
  expect(html).not.toMatch(/<script|<style|<link|<img|style=|onclick|https?:\/\/(?!127\.0\.0\.1)/);
  expect(html).not.toContain(adminKey);
  expect(html).toContain(`http://${door.address}/pairing</pre>`);
  expect(html).not.toContain(':8080');
});
