// What the hub reads of a request's body: JSON and nothing else, with the hash that a signature
// covers taken over the very bytes that came.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const bodyHashes = new WeakMap<FastifyRequest, string>();
const emptyHash = hashOf(Buffer.alloc(0));

/** SHA-256 of the body in lower-case hex; that of nothing where there was none. */
export function bodyHashOf(request: FastifyRequest): string {
  return bodyHashes.get(request) ?? emptyHash;
}

export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    (request, body, done) => {
      bodyHashes.set(request, hashOf(body));
      if (body.length === 0) done(null, undefined);
      else void parse(request, body.toString('utf8'), done);
    },
  );
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
