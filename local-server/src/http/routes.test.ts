// The table of every route and who may call it. A route that is added has to be added here too, and
// somebody has to think about who may call it.

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openStandingDoor } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const table: readonly (readonly [string, string | readonly string[]])[] = [
  ['GET /', 'everybody'],
  ['GET /join', 'everybody'],
  ['GET /health', 'everybody'],
  ['GET /network-info', 'everybody'],
  ['GET /docs', 'everybody'],
  ['GET /docs/openapi.json', 'everybody'],
  ['GET /metrics', ['manager', 'program']],
  ['GET /pairing', 'everybody'],
  ['POST /pairing/windows', 'manager'],
  ['POST /pairing/join', 'everybody'],
  ['GET /devices', 'manager'],
  ['POST /devices/:device/rename', 'manager'],
  ['POST /devices/:device/role', 'manager'],
  ['POST /devices/:device/retire', 'manager'],
  ['POST /devices/:device/revoke', 'manager'],
  ['POST /devices/:device/approve', 'manager'],
  ['GET /orders', ['manager', 'program']],
  ['GET /orders/:order', ['manager', 'program']],
  ['GET /orders/:order/history', 'manager'],
  ['GET /days/:day/export', 'manager'],
  ['GET /attention', 'manager'],
];

it('has exactly the routes of this table, each for those it names', () => {
  const there = door.guard.routes.map(({ method, url, who }) => [`${method} ${url}`, who]);
  // Where there is a GET, HTTP has a HEAD: the same, for the same.
  const heads = table
    .filter(([route]) => route.startsWith('GET '))
    .map(([route, who]) => [route.replace('GET', 'HEAD'), who]);
  expect(there.map(String).sort()).toEqual([...table, ...heads].map(String).sort());
});

it('answers nobody who does not say who they are where not everybody may ask', async () => {
  await door.letIn('manager', 'Office');
  for (const { method, url, who } of door.guard.routes) {
    if (who === 'everybody' || method === 'HEAD') continue;
    const path = url.replace(':device', 'somebody');
    const call = { method: method as 'GET' | 'POST', path };
    const { status, body } = await door.send(call);
    expect([url, status, body['code']]).toEqual([url, 401, 'NOT_SIGNED']);
    expect(Object.keys(body)).toEqual(['code', 'message', 'fix']);
  }
});
