// What people and programs read whose request was not taken: which field, what it must be, what to do.

import { afterEach, beforeEach, expect, it } from 'vitest';

import { adminKey, openStandingDoor } from '../testing/standing-door.ts';
import { describedOf } from './description.ts';
import { expectationOf, refusalOfUnfit } from './unfit-request.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const secret = '5105105105105100';
const join = { publicKey: 'k'.repeat(43), proof: 'f'.repeat(64) };

async function ask(path: string, body?: unknown, type = 'application/json') {
  const authorization = `Bearer ${adminKey}`;
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(`http://${door.address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: sent }),
  });
  const said = await response.text();
  expect(said).not.toContain(secret);
  const { message = '', fix = '' } = JSON.parse(said) as Record<string, string>;
  return { status: response.status, message, fix };
}

it.each<[string, unknown, string]>([
  [`/orders?day=${secret}`, undefined, '“day” in the query must be a day such as 2026-11-22.'],
  ['/orders?limit=201', undefined, '“limit” in the query must be a whole number from 1 to 200.'],
  ['/orders?after=-1', undefined, '“after” in the query must be a whole number of at least 0.'],
  ['/orders?limit=1&limit=2', undefined, 'must be a whole number from 1 to 200.'],
  ['/orders?days=1', undefined, 'There is no place for the field “days” in the query.'],
  [`/orders?${secret}=1`, undefined, 'There is no place for the field “…” in the query.'],
  ['/health?verbose=1', undefined, 'There is no place for the field “verbose” in the query.'],
  ['/days/2026-11-22/export?format=xml', undefined, '“format” in the query must be csv or json.'],
  [`/days/${secret}/export`, undefined, '“day” in the address must be a day such as 2026-11-22.'],
  ['/orders/a.b', undefined, '“order” in the address must be the id of an order.'],
  ['/pairing/windows', { role: 'entry' }, '“name” is missing in the body; it must be a text of at'],
  ['/pairing/windows', [secret], 'The body must be an object with name and role.'],
  ['/pairing/windows', '', 'The body must be an object with name and role.'],
  ['/pairing/windows', { role: '', name: 'Bar' }, 'must be a text from 1 to 32 characters.'],
  ['/pairing/windows', { role: secret, name: 'Bar' }, 'No device can have this role.'],
  ['/pairing/join', { ...join, proof: secret }, 'must be a hash of 64 small hex digits.'],
  ['/pairing/join', { ...join, code: secret }, 'no place for the field “code” in the body.'],
  ['/devices/d/retire', { by: secret }, 'no place for the field “by” in the body.'],
  ['/pairing/windows', `{"role":"${secret}`, 'The body is no JSON that the hub reads.'],
  ['/pairing/windows', '{"role":"entry","name":"a","__proto__":1}', 'The body is no JSON'],
  ['/pairing/windows', Buffer.from('{"role":"entry","name":"\xff"}', 'latin1'), 'is no JSON'],
  ['/pairing/windows', 'x'.repeat(65_537), 'The body is longer than this address takes.'],
  [`/%zz${secret}`, undefined, 'The address holds signs that no address has.'],
  [`/orders/${'1'.repeat(101)}`, undefined, 'A part of the address is longer than anything'],
  [`/orderz/${secret}/x`, undefined, 'The hub has nothing at GET /orderz/…/x.'],
])('says of %s what was wrong, and repeats nothing of it', async (path, body, sentence) => {
  const { status, message, fix } = await ask(path, body);
  expect(message).toContain(sentence);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(fix).toMatch(/^[A-Z].+\.$/);
});

it('says what can be sent instead of what it does not know', async () => {
  const { fix } = await ask('/attention?page=2');
  expect(fix).toBe(
    'Leave it out, or call it after or limit, and send the request again. /docs says what each address takes.',
  );
});

it('says of a body that is no JSON what it takes', async () => {
  const { status, message } = await ask('/pairing/join', 'code=1', 'text/plain');
  expect([status, message]).toEqual([415, 'The body is not of a kind that this address takes.']);
});

it('has words for the form of every text that has to have one', () => {
  for (const { url, about } of describedOf(door.guard.routes)) {
    const { params, querystring, body } = about.schema;
    for (const pattern of patternsIn([params, querystring, body])) {
      expect([url, pattern, expectationOf(pattern)]).toEqual([url, pattern, pattern.title]);
    }
  }
});

it('says where in a list or a table something is, as far as that cannot be a secret', () => {
  const at = (instancePath: string): string =>
    refusalOfUnfit({ instancePath, keyword: 'type', params: {}, parentSchema }, 'body').message;
  const parentSchema = { type: ['array', 'boolean'], minItems: 1 };
  const wanted = 'must be a list of at least 1 entries or true or false.';
  expect(at('/items/3/names')).toBe(`“items.3.names” in the body ${wanted}`);
  expect(at(`/items/${secret}/names`)).toBe(`“items.….names” in the body ${wanted}`);
});

interface Pattern {
  readonly pattern: string;
  readonly title?: string;
}

function patternsIn(schema: unknown): Pattern[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'pattern' in schema && typeof schema.pattern === 'string' ? [schema as Pattern] : [];
  return [...own, ...Object.values(schema).flatMap(patternsIn)];
}
