// Calls that no well-behaved program makes of a route: what the route takes is its starting point, so
// that an odd call comes as far as it can before it is refused.

import fc from 'fast-check';

import type { KnownRoute } from '../http/routes.ts';

export interface OddCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Stands in what is sent, and must stand in no refusal. */
export const secret = '5105105105105100';

interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** `known`: what fits a field of that name, where the schema alone cannot say it. */
export function oddCall(
  { method, url, about }: KnownRoute,
  known: Readonly<Record<string, string>>,
): fc.Arbitrary<OddCall> {
  const { params, querystring } = about.schema as Readonly<Record<string, Schema>>;
  const body: Schema | undefined = about.bodies['application/json'];
  const path = fc
    .tuple(oddPath(url, params, known), oddQuery(querystring, known))
    .map((parts) => parts.join(''));
  return fc.record({
    method: fc.oneof(mostly(method), oddMethod),
    path,
    headers: oddHeaders,
    body: method === 'POST' ? oddBody(body, known) : fc.oneof(mostly(undefined), oddJson),
  });
}

function mostly<Value>(value: Value) {
  return { weight: 12, arbitrary: fc.constant(value) };
}

const oddMethod = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS');

const oddTexts = [
  '',
  ' ',
  '__proto__',
  'constructor',
  '../admin.key',
  'null',
  '-1',
  '1e400',
  '-0',
  '0x10',
  '9007199254740993',
  '=cmd',
  '<script>',
  '\u202eodd',
  '👩‍🍳',
  '\ud800',
  '\0',
  'x'.repeat(300),
  secret,
  `a ${secret}`,
  'NaN',
  'a\r\nSet-Cookie: b',
  '%',
  '%00',
  '..%2f',
  ';',
  '/',
  '*',
];
const oddText = fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary' }));
const oddJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  oddText.map((text) => JSON.stringify(text)),
  fc.constantFrom('', '{', '[]', 'null', '{"a":1,"a":2}', '{"__proto__":{"a":1}}', '\ufeff{}'),
  fc.constantFrom('['.repeat(9_000), `{"${secret}":1}`, '1e400', secret),
);

function fitting(name: string, schema: Schema, known: Readonly<Record<string, string>>) {
  const fit = schema.enum ?? schema.examples;
  return fc.constantFrom(known[name] ?? fit?.[0] ?? (schema.type === 'integer' ? 7 : secret));
}

function oddValue(name: string, schema: Schema, known: Readonly<Record<string, string>>) {
  const fit = fitting(name, schema, known);
  return fc.oneof({ weight: 8, arbitrary: fit }, oddText, fc.constantFrom(null, 1.5, [], {}));
}

/** As it stands in an address; what is no character cannot stand there. */
function escaped(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}

function oddPath(url: string, schema: Schema | undefined, known: Readonly<Record<string, string>>) {
  const segments = url.split('/').map((segment) => {
    if (!segment.startsWith(':')) return fc.constant(segment);
    const name = segment.slice(1);
    const raw = fc.constantFrom('%zz', '%', '..%2f', '%2e%2e', '%00', '', '.', 'é', secret);
    const value = oddValue(name, schema?.properties?.[name] ?? {}, known).map(escaped);
    return fc.oneof({ weight: 8, arbitrary: value }, raw.map(encodeURI), raw.map(bytes));
  });
  return fc.tuple(...segments).map((parts) => parts.join('/'));
}

/** Node sends an address byte by byte. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function oddQuery(schema: Schema | undefined, known: Readonly<Record<string, string>>) {
  const fields = Object.entries(schema?.properties ?? {}).map(([name, one]) => {
    const pair = oddValue(name, one, known).map((value) => `${name}=${escaped(value)}`);
    return fc.oneof(fc.constant(''), pair);
  });
  const odd = fc.tuple(oddText, oddText).map((pair) => pair.map(escaped).join('='));
  return fc.tuple(...fields, fc.oneof(mostly(''), odd)).map((pairs) => {
    const said = pairs.filter((pair) => pair !== '').join('&');
    return said === '' ? '' : `?${said}`;
  });
}

function oddBody(schema: Schema | undefined, known: Readonly<Record<string, string>>) {
  const properties = Object.entries(schema?.properties ?? {});
  const fields = properties.map(([name, one]) => [name, oddValue(name, one, known)] as const);
  const described = fc
    .record(Object.fromEntries(fields), { requiredKeys: properties.map(([name]) => name) })
    .map((value) => JSON.stringify(value));
  const more = described.map((text) => text.replace(/}$/, `,"${secret}":1}`));
  const no = fc.constant(undefined);
  return fc.oneof({ weight: 12, arbitrary: described }, more, oddJson, no);
}

const contentTypes = [
  'application/json; charset=utf-16',
  'text/plain',
  'text/csv',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  ';',
  'a/b/c',
  '',
];
const oddHeaders = fc.record(
  {
    'content-type': fc.oneof(mostly('application/json'), fc.constantFrom(...contentTypes)),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity'),
    'x-forwarded-for': fc.constantFrom('127.0.0.1', secret),
    'x-forwarded-host': fc.constant('evil.example'),
    'x-http-method-override': fc.constantFrom('POST', 'DELETE'),
    'accept-version': fc.constantFrom('1.0.0', '*', secret),
    'if-none-match': fc.constant('*'),
    range: fc.constantFrom('bytes=0-', 'bytes=-1', 'x'),
    accept: fc.constantFrom('*/*', 'application/xml', secret),
  },
  { requiredKeys: ['content-type'] },
);
