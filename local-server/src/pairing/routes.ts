// Pairing over HTTP. Whoever stands in the shop may ask which hub this is and may try a code; only a
// program on this machine that can read the data folder may open a window.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';

import type { Joined, OpenedWindow, Pairing, PairingRefusal } from './pairing.ts';

interface WindowWanted {
  readonly role: string;
  readonly name: string;
}
interface JoinAsked {
  readonly publicKey: string;
  readonly proof: string;
}

const windowSchema = {
  body: {
    type: 'object',
    required: ['role', 'name'],
    additionalProperties: false,
    properties: {
      role: { type: 'string', minLength: 1, maxLength: 32 },
      name: { type: 'string', maxLength: 1024 },
    },
  },
};
/** An Ed25519 public key is 32 bytes in base64url, a proof 32 bytes in hex. */
const joinSchema = {
  body: {
    type: 'object',
    required: ['publicKey', 'proof'],
    additionalProperties: false,
    properties: {
      publicKey: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
      proof: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
  },
};

/** Adds the routes to `app`; call it before the server listens. */
export function addPairingRoutes(app: FastifyInstance, pairing: Pairing, adminKey: string): void {
  const { hub, store } = pairing;
  app.get('/pairing', () => ({ hub, store }));

  app.post<{ Body: WindowWanted }>(
    '/pairing/windows',
    { schema: windowSchema, attachValidation: true, onRequest: ownerOnly(adminKey) },
    async (request, reply) => {
      if (request.validationError !== undefined) return reply.code(400).send(unreadable(request));
      return answer(reply, pairing.open(request.body));
    },
  );

  app.post<{ Body: JoinAsked }>(
    '/pairing/join',
    { schema: joinSchema, attachValidation: true },
    async (request, reply) => {
      if (request.validationError !== undefined) return reply.code(400).send(unreadable(request));
      return answer(reply, await pairing.join(request.body));
    },
  );
}

/** Refuses everything but a request from this machine that carries the key. */
function ownerOnly(adminKey: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!isLoopback(request.socket.remoteAddress)) {
      await reply.code(403).send({
        code: 'ONLY_HERE',
        message: 'A pairing window is opened on the machine the hub runs on.',
        fix: 'Run "pos-sync pair" on that machine.',
      });
      return;
    }
    if (!hasKey(request.headers.authorization, adminKey)) {
      await reply.code(401).send({
        code: 'WRONG_KEY',
        message: 'This request does not carry the key of this hub.',
        fix: 'Send the content of admin.key in the hub’s data folder as a bearer.',
      });
    }
  };
}

export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** Compared as hashes: both are then of one length, and the time taken says nothing. */
function hasKey(authorization: string | undefined, adminKey: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashed(given), hashed(adminKey));
}

function answer(reply: FastifyReply, result: OpenedWindow | Joined | PairingRefusal): FastifyReply {
  if (!('refused' in result)) return reply.send(result);
  const { status, code, message, fix } = result.refused;
  return reply.code(status).send({ code, message, fix });
}

function unreadable(request: FastifyRequest): { code: string; message: string; fix: string } {
  return {
    code: 'BAD_REQUEST',
    message: `The hub could not read this request: ${request.validationError?.message ?? ''}.`,
    fix: 'Correct the request and send it again.',
  };
}
