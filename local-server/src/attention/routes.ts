// What waits for a manager, over HTTP: the lists, a decision on a command that was set aside, and
// taking off the list what somebody dealt with. Each act is a command of the hub's own.

import type { RunningHub } from '@pos-sync/sync';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { answer, type Refused, refuse } from '../http/refusal.ts';
import { addRoute, callerOf } from '../http/routes.ts';
import { query } from '../history/schemas.ts';
import type { Lists } from './about.ts';
import { isUndecided, listAttention, listWaiting, olderWaiting, type PageWanted } from './list.ts';
import {
  attentionAnswer,
  closeAnswer,
  closeBody,
  decideAnswer,
  decideBody,
  waitingAnswer,
  waitingParams,
} from './schema.ts';
import { findSettled, type Settled } from './settled.ts';

export interface AttentionDesk extends Lists {
  /** Gives a command as the hub, with an id of its own. */
  give(name: string, args: object): ReturnType<RunningHub['give']>;
}

export function addAttentionRoutes(app: FastifyInstance, desk: AttentionDesk): void {
  const who = 'manager';
  const schema = { querystring: query('after', 'limit') };
  addRoute<{ Querystring: PageWanted }>(app, {
    method: 'GET',
    url: '/attention',
    who,
    schema,
    summary: 'What was rejected, set aside or strange, newest first.',
    response: attentionAnswer,
    handler: (request) => listAttention(desk, request.query),
  });
  addRoute<{ Querystring: PageWanted }>(app, {
    method: 'GET',
    url: '/attention/waiting',
    who,
    schema,
    summary: 'Every command that waits until a manager decides on it, oldest first.',
    response: waitingAnswer,
    handler: (request) => listWaiting(desk, request.query),
  });
  addRoute<{ Params: { id: string }; Body: { apply: boolean } }>(app, {
    method: 'POST',
    url: '/attention/waiting/:id',
    who,
    schema: { params: waitingParams, body: decideBody },
    summary: 'Decides on a command that waits: it is carried out, or dropped for good.',
    response: decideAnswer,
    refusals: ['404 NOTHING_WAITS', '409 OLDER_WAITS', '409 NOT_DECIDED'],
    async handler(request, reply) {
      const { id } = request.params;
      const { apply } = request.body;
      return answer(reply, await decide(desk, { id, apply, by: deciderOf(request) ?? theBox }));
    },
  });
  addRoute<{ Body: { entry: string } }>(app, {
    method: 'POST',
    url: '/attention/close',
    who,
    schema: { body: closeBody },
    summary: 'Takes an entry off the list that somebody dealt with.',
    response: closeAnswer,
    refusals: ['409 STILL_WAITS', '409 NOT_DECIDED'],
    async handler(request, reply) {
      const by = deciderOf(request);
      return answer(reply, await close(desk, request.body.entry, by));
    },
  });
}

/** In the log it stands for whoever works on the hub's own machine. */
const theBox = 'box';

function deciderOf(request: FastifyRequest): string | undefined {
  const caller = callerOf(request);
  return caller.kind === 'device' ? caller.device.device : undefined;
}

/** What was decided before stays, whatever is asked now. */
async function decide(
  { store, running, give }: AttentionDesk,
  args: { readonly id: string; readonly apply: boolean; readonly by: string },
): Promise<object | Refused> {
  const { id } = args;
  const before = findSettled(store, id);
  if (before === undefined) return refusals.nothingWaits;
  if (before !== 'waits') return settledAs(id, before, false);
  // What cannot be carried out because the step before it still waits would be over for good.
  const older = args.apply ? olderWaiting(running.status.rows, id) : undefined;
  if (older !== undefined) return refusals.olderWaits(older);
  const { seq, outcome, code, message } = await give('deferred.decide', args);
  const now = findSettled(store, id);
  // Of two who decide at once both are heard, and the first one settles it.
  if (outcome === 'ok' && now !== undefined && now !== 'waits') {
    return settledAs(id, now, now.seq === seq);
  }
  return refusals.notDecided(code, message);
}

function settledAs(id: string, { outcome, code, message }: Settled, isNew: boolean): object {
  return { id, isNew, outcome, code, message };
}

async function close(
  { running, give }: AttentionDesk,
  entry: string,
  by: string | undefined,
): Promise<object | Refused> {
  const isNew = running.status.rows.find(`attention/${entry}`) !== undefined;
  if (!isNew) return { entry, isNew };
  // Asked here, so that who asked hears it and nothing of it stands in the list of the others.
  if (isUndecided(running.status.rows, entry)) return refusals.stillWaits;
  const args = { entry, ...(by !== undefined && { by }) };
  const { outcome, code, message } = await give('attention.close', args);
  if (outcome === 'ok') return { entry, isNew };
  return code === 'STILL_WAITS' ? refusals.stillWaits : refusals.notDecided(code, message);
}

const refusals = {
  nothingWaits: refuse(
    404,
    'NOTHING_WAITS',
    'No command with this id was ever set aside.',
    'Look at the list of what waits, and use the id that stands there.',
  ),
  stillWaits: refuse(
    409,
    'STILL_WAITS',
    'This still waits until a manager decides on it.',
    'First decide whether it is carried out or dropped.',
  ),
  olderWaits: (seq: number): Refused =>
    refuse(
      409,
      'OLDER_WAITS',
      `An older step of the same device still waits, at place ${seq}, and this one may stand on it.`,
      'Decide on the older one first.',
    ),
  notDecided: (code = '', message = 'It cannot be carried out as it is.'): Refused =>
    refuse(
      409,
      'NOT_DECIDED',
      `It still waits: ${message}${code === '' ? '' : ` (${code})`}`,
      'Mend what is missing and carry it out again, or drop it.',
    ),
};
