// Pairing over HTTP. Whoever stands in the shop may ask which hub this is and may try a code; a
// window is opened by a manager, or on the machine the hub runs on.

import type { FastifyInstance } from 'fastify';

import { joinedSchema, wantedOfDevice } from '../devices/schema.ts';
import { callerOf, addRoute } from '../http/routes.ts';
import { isPrivate, refusals } from '../http/admission.ts';
import { answer } from '../http/refusal.ts';
import { closed, text, whole } from '../http/schema.ts';
import type { JoinAsked, Pairing } from './pairing.ts';

const windowSchema = { body: closed(wantedOfDevice) };
const windowAnswer = closed({
  code: text('The code to read out: eight letters and digits.'),
  expiresAtMs: whole('When the window closes, in ms since 1970 by the hub’s calendar.'),
});
/** An Ed25519 public key is 32 bytes in base64url; a proof and a hash are 32 bytes in hex. */
const joinSchema = {
  body: closed(
    {
      publicKey: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{43}$',
        title: 'a key of 43 signs in base64url',
        description: 'The device’s Ed25519 public key, in base64url.',
        examples: ['PUBLIC_KEY'],
      },
      proof: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        title: 'a hash of 64 small hex digits',
        description:
          'HMAC-SHA-256 in hex with the code as its key, over the hub’s id, the public key and the bearerHash, one a line.',
        examples: ['PROOF'],
      },
    },
    {
      bearerHash: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        title: 'a hash of 64 small hex digits',
        description: 'SHA-256 in hex of the token that a program made for itself.',
      },
    },
  ),
};
const joinRefusals = ['403 NO_WINDOW', '403 WRONG_CODE', '429 TRY_LATER'].concat(
  ['403 BEARER_ONLY_HERE', '403 BEARER_ONLY_PROGRAMS'],
  ['409 NOT_PAIRED', '409 TAKEN'],
);
const pairingAnswer = closed({
  hub: text('The id of this hub process: another one after each start.'),
  store: text('The id of its store.'),
});

/** Adds the routes to `app`; call it before the server listens. */
export function addPairingRoutes(app: FastifyInstance, pairing: Pairing): void {
  const { hub, store } = pairing;
  addRoute(app, {
    method: 'GET',
    url: '/pairing',
    who: 'everybody',
    summary: 'The ids of this hub process and of its store, which a proof or a signature names.',
    response: pairingAnswer,
    handler: () => ({ hub, store }),
  });
  addRoute<{ Body: { role: string; name: string } }>(app, {
    method: 'POST',
    url: '/pairing/windows',
    who: 'manager',
    schema: windowSchema,
    summary: 'Opens a window through which one device can join.',
    response: windowAnswer,
    refusals: ['400 NO_SUCH_ROLE', '400 BAD_NAME', '400 CARD_NUMBER', '429 TOO_MANY_WINDOWS'],
    handler(request, reply) {
      const caller = callerOf(request);
      const by = caller.kind === 'device' ? caller.device.device : undefined;
      return answer(reply, pairing.open({ ...request.body, by }));
    },
  });
  addRoute<{ Body: JoinAsked }>(app, {
    method: 'POST',
    url: '/pairing/join',
    who: 'everybody',
    schema: joinSchema,
    summary: 'Lets in the device that proves it was told a code.',
    response: joinedSchema,
    refusals: joinRefusals,
    async handler(request, reply) {
      const { body } = request;
      const isOverheard = body.bearerHash !== undefined && !isPrivate(request);
      if (isOverheard) return answer(reply, refusals.bearerOnlyHere);
      return answer(reply, await pairing.join(body, request.ip));
    },
  });
}
