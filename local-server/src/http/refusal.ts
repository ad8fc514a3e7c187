// Every refusal over HTTP has the same three fields: a code for programs, a sentence for people,
// and what to do next.

import type { FastifyReply } from 'fastify';

export type Refusal = { code: string; message: string; fix: string };

/** What a handler returns instead of an answer; `status` is the HTTP status that says the same. */
export type Refused = {
  readonly refused: Refusal & {
    readonly status: number;
    /** The highest counter that counts as used, for whoever was refused for theirs. */
    readonly last?: number;
  };
};

export function refuse(status: number, code: string, message: string, fix: string): Refused {
  return { refused: { status, code, message, fix } };
}

/** Sends what a handler came to. */
export function answer(reply: FastifyReply, result: object | Refused): FastifyReply {
  if (!('refused' in result)) return reply.send(result);
  const { status, ...said } = result.refused;
  return reply.code(status).send(said);
}

/**
 * What a browser shows at the hub's own address: whoever typed it in wants to know whether that was
 * right. Says nothing that is not everybody's to know.
 */
export const greeting = `This is the hub of this shop's POS WiFi Sync Server, and it is running.

  /health        says whether all is well
  /network-info  says where devices can reach the hub
  /join          says how a device is let in
  /docs          says what programs can ask

There are no screens here yet; they come later. Programs connect to /sync, as docs/protocol.md says.
`;

/** What a browser shows that followed the picture of a pairing code. */
export const joinPage = `A device joins this shop here, with a code that a manager reads out or shows.

The screens that take the code come later. Until then a program lets a device in, with this address
and the code: eight letters and digits, those after the # in the address you followed.
There is no code? A manager opens a window, or on the machine the hub runs on:

  npm run -s pos-sync -- pair --role entry --name Till
`;

/** Never the error's own words for a fault of the hub: they could name an order or a path. */
export function refusalFor(statusCode: number, message: string): Refusal {
  if (statusCode < 500) {
    return {
      code: 'BAD_REQUEST',
      message: `The hub could not read this request: ${message}`,
      fix: 'Correct the request and send it again.',
    };
  }
  return {
    code: 'HUB_FAULT',
    message: 'The hub could not answer because of a fault of its own.',
    fix: 'Try again. If this comes back, look at the end of the hub’s log.',
  };
}

export function unknownRoute(method: string, path: string): Refusal {
  return {
    code: 'UNKNOWN_ROUTE',
    message: `The hub has nothing at ${method} ${path}.`,
    fix: 'Check the address. /health and /network-info are always there.',
  };
}
