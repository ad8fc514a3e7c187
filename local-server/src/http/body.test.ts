import { afterEach, beforeEach, expect, it } from 'vitest';

import { type Answer, openStandingDoor } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const open = (body: object): Promise<Answer> =>
  door.asBox({ method: 'POST', path: '/pairing/windows', body });

it.each([
  ['a number for a text', { role: 'entry', name: 7 }],
  ['a list for a text', { role: ['entry'], name: 'Till' }],
  ['nothing for a text', { role: 'entry', name: null }],
  ['a field that is not known', { role: 'entry', name: 'Till', minutes: 60 }],
])('refuses a body with %s instead of mending it', async (_what, body) => {
  const { status, body: said } = await open(body);
  expect([status, said['code']]).toEqual([400, 'BAD_REQUEST']);
  expect((await open({ role: 'entry', name: '7' })).status).toBe(200);
});

it('reads a whole number in a query, and takes nothing else for one', async () => {
  const list = async (query: string): Promise<number> =>
    (await door.asBox({ method: 'GET', path: `/orders?${query}` })).status;
  expect(await list('limit=2&after=0')).toBe(200);
  expect(await list('')).toBe(200);
  for (const limit of ['2x', '', '1e1', '0x2', ' 2', '-1', '2.5', 'true', '201', '2&limit=3']) {
    expect([limit, await list(`limit=${limit}`)]).toEqual([limit, 400]);
  }
});

it('leaves a text of digits in a query a text', async () => {
  expect((await door.asBox({ method: 'GET', path: '/orders?device=123' })).status).toBe(200);
});
