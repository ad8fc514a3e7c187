// What the hub can be asked, told by the very routes that answer: as OpenAPI for programs, and as a
// page for people. Nothing here is written down a second time, so nothing can go out of date.

import type { FastifyInstance } from 'fastify';

import type { Who } from './admission.ts';
import { pageOf } from './description-page.ts';
import { addRoute, type Guard, type KnownRoute } from './routes.ts';
import { closed, listOf, text, whole } from './schema.ts';

export function addDescription(
  app: FastifyInstance,
  { routes }: Pick<Guard, 'routes'>,
  version: string,
): void {
  addRoute(app, {
    method: 'GET',
    url: '/docs',
    who: 'everybody',
    summary: 'This description, for people.',
    response: { type: 'string' },
    media: 'text/html',
    handler: ({ host, socket }, reply) =>
      reply
        .type('text/html; charset=utf-8')
        // A page of words: it loads nothing, runs nothing, and is shown in no other page.
        .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
        .send(pageOf(describedOf(routes), { host, port: socket.localPort ?? 0 })),
  });
  addRoute(app, {
    method: 'GET',
    url: '/docs/openapi.json',
    who: 'everybody',
    summary: 'This description, for programs: OpenAPI 3.1.',
    response: { type: 'object', required: ['openapi', 'info', 'paths'] },
    handler: () => openApiOf(routes, version),
  });
}

/** A route without what HTTP adds by itself, and with every refusal that may come of it. */
export interface DescribedRoute extends KnownRoute {
  /** In words. */
  readonly callers: readonly string[];
  /** Codes by their status. */
  readonly refused: ReadonlyMap<number, readonly string[]>;
}

export function describedOf(routes: readonly KnownRoute[]): DescribedRoute[] {
  return routes
    .filter(({ method }) => method !== 'HEAD')
    .map((route) => ({ ...route, callers: callersOf(route.who), refused: refusedBy(route) }));
}

/** What a route answers that does not answer what was asked. */
export const refusalSchema = closed(
  {
    code: text('For programs.'),
    message: text('For people: what is wrong.'),
    fix: text('For people: what to do.'),
  },
  {
    last: whole('With OLD_COUNTER: the counter that the next one has to be above.'),
    errors: {
      ...listOf(closed({ line: whole(), message: text() }, { column: text() })),
      description: 'With BAD_MENU: every place of the file that is wrong.',
    },
  },
);

/** Any address can be too long, any request slow or one too many, and any hub have a fault. */
const anyRefusals = [
  '400 BAD_REQUEST',
  '403 ANOTHER_PAGE',
  '408 BAD_REQUEST',
  '414 BAD_REQUEST',
  '421 ANOTHER_HOST',
  '429 TOO_OFTEN',
  '431 BAD_REQUEST',
  '500 HUB_FAULT',
];
/** What changes something waits for the hub to write it down, and the hub may stop meanwhile. */
const changeRefusals = ['413 BAD_REQUEST', '415 BAD_REQUEST', '503 HUB_STOPPED'];
const callerRefusals = [
  ...['NOT_SIGNED', 'WRONG_KEY', 'WRONG_SIGNATURE', 'OLD_COUNTER', 'UNKNOWN_DEVICE'].map(
    (code) => `401 ${code}`,
  ),
  ...['ONLY_HERE', 'BEARER_ONLY_HERE', 'FORBIDDEN', 'REVOKED', 'RETIRED'].map(
    (code) => `403 ${code}`,
  ),
];

function refusedBy({ who, method, about }: KnownRoute): Map<number, string[]> {
  const all = [
    ...anyRefusals,
    ...(method === 'GET' ? [] : changeRefusals),
    ...(who === 'everybody' ? [] : callerRefusals),
    ...(who === 'manager' ? ['403 NOT_CLAIMED'] : []),
    ...about.refusals,
  ];
  const byStatus = new Map<number, string[]>();
  for (const refusal of [...new Set(all)].toSorted()) {
    const [status, code = ''] = refusal.split(' ');
    byStatus.set(Number(status), [...(byStatus.get(Number(status)) ?? []), code]);
  }
  return byStatus;
}

/** The box may do whatever a device may. */
function callersOf(who: Who): string[] {
  if (who === 'everybody') return ['everybody'];
  const roles = typeof who === 'string' ? [who] : who;
  return [...new Set<string>([...roles, 'box'])];
}

function openApiOf(routes: readonly KnownRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of describedOf(routes)) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'POS WiFi Sync Server', version, license: { name: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: { Refusal: refusalSchema }, securitySchemes },
  };
}

const securitySchemes = {
  box: {
    type: 'http',
    scheme: 'bearer',
    description: 'The content of admin.key in the hub’s data folder; from this machine only.',
  },
  program: {
    type: 'http',
    scheme: 'bearer',
    description: 'A program’s own token; on the machine the hub runs on only.',
  },
  device: {
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
    description:
      'Pos-Device device="ID", counter="N", signature="BASE64URL": Ed25519 over the lines "pos-sync http", the hub’s id, the device’s id, the method, the path with its query, the counter, and SHA-256 of the body in hex.',
  },
};

function operationOf({ who, callers, refused, url, method, about }: DescribedRoute): object {
  const { summary, schema, bodies, response, media, statuses } = about;
  const taken = Object.entries(bodies).map(([one, body]) => [one, { schema: body }]);
  const content = Object.fromEntries(
    media.map((one) => [one, { schema: one === 'application/json' ? response : text() }]),
  );
  const answers = statuses.map((status) => [status, { description: summary, content }]);
  const refusals = [...refused].map(([status, codes]) => [
    status,
    { description: codes.join(', '), content: { 'application/json': { schema: refusalRef } } },
  ]);
  const isForPrograms = callers.includes('program');
  const schemes = [
    'box',
    ...(who === 'box' ? [] : ['device']),
    ...(isForPrograms ? ['program'] : []),
  ];
  return {
    operationId: `${method.toLowerCase()}${url.replaceAll(/\W+(\w?)/g, (_all, sign: string) => `_${sign}`)}`,
    summary,
    'x-who': callers,
    security: who === 'everybody' ? [] : schemes.map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...parametersOf(schema.params, 'path'),
      ...parametersOf(schema.querystring, 'query'),
    ],
    ...(taken.length > 0 && {
      requestBody: { required: true, content: Object.fromEntries(taken) as object },
    }),
    responses: Object.fromEntries([...refusals, ...answers]) as object,
  };
}

const refusalRef = { $ref: '#/components/schemas/Refusal' };

function parametersOf(schema: unknown, where: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, object>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: one,
  }));
}
