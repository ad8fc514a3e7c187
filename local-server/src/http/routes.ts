// The one way a route comes to be: whoever adds one says who may call it. A route that does not say
// so keeps the hub from starting, and one that is not everybody's is closed until the hub can tell
// callers apart.

import type {
  FastifyInstance,
  FastifyRequest,
  FastifySchema,
  preValidationHookHandler,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from 'fastify';

import type { Admission, Caller, Who } from './admission.ts';
import { openBuckets } from './buckets.ts';
import { tooOften } from './gate.ts';
import { answer } from './refusal.ts';
import { closed } from './schema.ts';

export interface Route<Asked extends RouteGenericInterface> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly who: Who;
  /** What it takes. */
  readonly schema?: FastifySchema;
  /** What it takes, by media type, where it looks through its bodies by itself. */
  readonly bodies?: Readonly<Record<string, object>>;
  /** Left out, a body may have 64 KiB. */
  readonly bodyBytesMax?: number;
  /** One line that says what it is for. */
  readonly summary: string;
  /** JSON schema of what it answers. Nothing is left out of an answer by it; tests hold answers to it. */
  readonly response: object;
  /** What the answer is written in: JSON, where nothing is said. All but JSON is text. */
  readonly media?: string | readonly string[];
  /** The statuses it answers that with; 200 where nothing is said. */
  readonly statuses?: readonly number[];
  /** What it may refuse of its own accord, as `403 NO_WINDOW`. */
  readonly refusals?: readonly string[];
  readonly handler: RouteHandlerMethod<
    RawServerDefault,
    RawRequestDefaultExpression,
    RawReplyDefaultExpression,
    Asked
  >;
}

/** What people and programs that call a route have to know of it. */
export type About = Required<
  Pick<
    Route<RouteGenericInterface>,
    'summary' | 'response' | 'statuses' | 'refusals' | 'schema' | 'bodies'
  >
> & { readonly media: readonly string[] };

export interface KnownRoute {
  readonly method: string;
  readonly url: string;
  readonly who: Who;
  readonly about: About;
}

export interface Guard {
  /** Every route there is, in the order in which they were added. */
  readonly routes: readonly KnownRoute[];
  /** From now on callers are told apart by `admission`. */
  askAt(admission: Admission): void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    who?: Who;
    about?: About;
  }
}

export function addRoute<Asked extends RouteGenericInterface = RouteGenericInterface>(
  app: FastifyInstance,
  route: Route<Asked>,
): void {
  const { method, url, who, summary, response, handler, schema = {}, refusals = [] } = route;
  const { media = 'application/json', statuses = [200], bodyBytesMax } = route;
  const taken = schema.body === undefined ? {} : { 'application/json': schema.body as object };
  const { bodies = taken } = route;
  const about = { summary, schema, bodies, response, media: [media].flat(), statuses, refusals };
  const { querystring = nothing } = schema as { querystring?: Query };
  const preValidation: preValidationHookHandler = (request, _reply, done) => {
    readNumbers(request.query as Record<string, unknown>, querystring);
    done();
  };
  // What is not described is not taken: neither in the query nor in a body.
  const hasNone = method === 'POST' && route.bodies === undefined;
  const held = { querystring, ...(hasNone && { body: noBody }), ...schema };
  const limit = bodyBytesMax !== undefined && { bodyLimit: bodyBytesMax };
  const config = { who, about };
  app.route<Asked>({ method, url, schema: held, config, preValidation, handler, ...limit });
}

const nothing = closed({}) as Query;
/** There is none, or an empty one. */
const noBody = { ...nothing, type: ['object', 'null'] };

interface Query {
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}

/** A query is text: what its schema calls a whole number is read as one, and nothing else. */
function readNumbers(query: Record<string, unknown>, { properties }: Query): void {
  for (const [name, { type }] of Object.entries(properties)) {
    const said = query[name];
    if (type !== 'integer' || typeof said !== 'string') continue;
    if (/^\d{1,15}$/.test(said)) query[name] = Number(said);
  }
}

/** Calls of one device, wherever it sends them from. */
const deviceRate = { perSecond: 20, burst: 200 };

const callers = new WeakMap<FastifyRequest, Caller>();

/** Who sent a request to a route that is not everybody's. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error(`nobody was admitted to ${request.url}`);
  return caller;
}

/** Call it before the first route is added. */
export function guardRoutes(app: FastifyInstance): Guard {
  const routes: KnownRoute[] = [];
  let admission: Admission | undefined;
  const takeToken = openBuckets(deviceRate, () => performance.now());
  app.addHook('onRoute', ({ method, url, config }) => {
    const { who, about } = config ?? {};
    if (who === undefined) throw new Error(`${url} does not say who may call it`);
    if (about === undefined) throw new Error(`${url} does not say what it is for`);
    for (const one of [method].flat()) routes.push({ method: one, url, who, about });
  });
  // After the body was read, because a signature covers it, and before anything looks into it.
  app.addHook('preValidation', async (request, reply) => {
    const { who } = request.routeOptions.config;
    if (request.is404 || who === 'everybody') return undefined;
    if (admission === undefined || who === undefined) throw new Error(`${request.url} is closed`);
    const found = admission(request, who);
    if ('refused' in found) return answer(reply, found);
    const waitMs = found.kind === 'device' ? takeToken(found.device.device) : 0;
    if (waitMs > 0) return answer(reply, tooOften(waitMs));
    callers.set(request, found);
    return undefined;
  });
  return { routes, askAt: (asked) => void (admission = asked) };
}
