// Holds what the hub really answers to what its description says: every answer that a test of the
// door gets is looked at.

import { fastify } from 'fastify';

import { describedOf, refusalSchema } from '../http/description.ts';
import type { KnownRoute } from '../http/routes.ts';

export interface RealAnswer {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

type Judgement = (value: unknown) => boolean;

/** The hub's own validator, but one that mends nothing. */
const judge = fastify({
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
});
judge.post('/', { schema: { body: refusalSchema } }, () => '');
await judge.ready();
const judgements = new WeakMap<object, Judgement>();

/** Throws where an answer is not one that the description of its route names. */
export function expectDescribed(routes: readonly KnownRoute[], answer: RealAnswer): void {
  const { method, path, status, body } = answer;
  const route = routeOf(routes, method, path);
  const said = `${method} ${path} answered ${status} ${JSON.stringify(body)}`;
  if (route?.about.statuses.includes(status) === true) {
    if (!fits(route.about.response, body)) throw new Error(`${said}, which fits no description`);
    return;
  }
  if (!fits(refusalSchema, body)) throw new Error(`${said}, which is no refusal`);
  const { code } = body as { code: string };
  const codes = route?.refused.get(status) ?? ['UNKNOWN_ROUTE'];
  if (!codes.includes(code)) throw new Error(`${said}: its description names ${codes.join(', ')}`);
}

export function fits(schema: object, value: unknown): boolean {
  let judgement = judgements.get(schema);
  if (judgement === undefined) {
    const asked = { schema, method: 'POST', url: '/', httpPart: 'body' };
    judgement = judge.validatorCompiler?.(asked) as Judgement;
    judgements.set(schema, judgement);
  }
  return judgement(value);
}

function routeOf(routes: readonly KnownRoute[], method: string, path: string) {
  const [bare = path] = path.split('?');
  return describedOf(routes).find((route) => {
    const pattern = route.url.replaceAll(/:\w+/g, '[^/]+');
    return route.method === method && new RegExp(`^${pattern}$`).test(bare);
  });
}
