// Every refusal over HTTP has the same three fields: a code for programs, a sentence for people,
// and what to do next.

import type { FastifyError, FastifyReply } from 'fastify';

import { type Finding, plainWord, refusalOfUnfit } from './unfit-request.ts';

export type Refusal = { code: string; message: string; fix: string };

export interface FileError {
  readonly line: number;
  readonly column?: string;
  readonly message: string;
}

/** What a handler returns instead of an answer; `status` is the HTTP status that says the same. */
export type Refused = {
  readonly refused: Refusal & {
    readonly status: number;
    /** The highest counter that counts as used, for whoever was refused for theirs. */
    readonly last?: number;
    /** Every place of a file that is wrong. */
    readonly errors?: readonly FileError[];
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

export const hubStopped = refuse(
  503,
  'HUB_STOPPED',
  'The hub stopped before this was written down, or just after.',
  'Look once the hub runs again, and do it again where it was not done.',
);

/**
 * What a browser shows at the hub's own address: whoever typed it in wants to know whether that was
 * right. Says nothing that is not everybody's to know.
 */
export const greeting = `This is the hub of this shop's POS WiFi Sync Server, and it is running.

  /health        says whether all is well
  /network-info  says where devices can reach the hub
  /join          says how a device is let in
  /docs          says what programs can ask

There are no screens here yet; they come later. Programs connect to /sync, as docs/client.md says.
`;

/** What a browser shows that followed the picture of a pairing code. */
export const joinPage = `A device joins this shop here, with a code that a manager reads out or shows.

The screens that take the code come later. Until then a program lets a device in, with this address
and the code: eight letters and digits, those after the # in the address you followed.
There is no code? A manager opens a window, or on the machine the hub runs on:

  npm run -s pos-sync -- pair --role entry --name Till
`;

/**
 * Never the error's own words: those of a fault of the hub could name an order or a path, and those
 * about a request repeat what was sent.
 */
export function refusalFor(error: Partial<FastifyError>): Refusal {
  const { statusCode = 500, code = '', validation, validationContext = '' } = error;
  if (statusCode >= 500) {
    return {
      code: 'HUB_FAULT',
      message: 'The hub could not answer because of a fault of its own.',
      fix: 'Try again. If this comes back, look at the end of the hub’s log.',
    };
  }
  const finding: Finding | undefined = validation?.[0];
  if (finding !== undefined) return refusalOfUnfit(finding, validationContext);
  const [message, fix] = unreadable[code] ?? notWhole;
  return { code: 'BAD_REQUEST', message, fix };
}

/** What could not be read at all, by the code of whoever tried. */
const unreadable: Readonly<Record<string, readonly [string, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'The body is no JSON that the hub reads.',
    'Send one JSON value in UTF-8, without the names __proto__ and constructor.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'The body is longer than this address takes.',
    'Send less at a time; docs/door.md says how much.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'The body is not of a kind that this address takes.',
    'Send JSON, with the header content-type: application/json, where /docs says nothing else.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'The body is not as long as its Content-Length says.',
    'Count its bytes, not its characters, and send it again.',
  ],
  FST_ERR_BAD_URL: [
    'The address holds signs that no address has.',
    'Write it as the hub shows it, with each % followed by two digits.',
  ],
  FST_ERR_MAX_PARAM_LENGTH: [
    'A part of the address is longer than anything the hub has.',
    'Look at the address again; an id has at most 64 characters.',
  ],
};
const notWhole = [
  'The request is not whole, or too long, or no HTTP.',
  'Correct it and send it again.',
] as const;

export function unknownRoute(method: string, path: string): Refusal {
  const shown = path.slice(0, 200).split('/').slice(0, 8).map(shownSegment).join('/');
  return {
    code: 'UNKNOWN_ROUTE',
    message: `The hub has nothing at ${method} ${shown}.`,
    fix: 'Check the address. /docs lists all there is.',
  };
}

function shownSegment(segment: string): string {
  return segment === '' ? '' : plainWord(segment);
}
