// What the hub reads of a request's body: JSON, and where a route says so other text, with the hash
// that a signature covers taken over the very bytes that came.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';

import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

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
      else if (isUtf8(body)) void parse(request, body.toString('utf8'), done);
      else done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY());
    },
  );
}

export interface RawBody {
  readonly media: string;
  readonly bytes: Buffer;
}

/** For routes whose bodies are long: nobody reads what a stranger sends. */
export function keepRawBodies(app: FastifyInstance, media: readonly string[]): void {
  app.removeAllContentTypeParsers();
  for (const one of media) {
    app.addContentTypeParser<Buffer>(one, { parseAs: 'buffer' }, (request, bytes, done) => {
      bodyHashes.set(request, hashOf(bytes));
      done(null, { media: one, bytes } satisfies RawBody);
    });
  }
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
