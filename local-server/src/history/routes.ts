// The past over HTTP: the orders of the shop, what was asked of each, and a day for bookkeeping. It
// only reads, and only what is durable.

import { Readable } from 'node:stream';

import type { RunningHub } from '@pos-sync/sync';
import type { FastifyInstance } from 'fastify';

import { type Who, whoIs } from '../devices/who.ts';
import { answer, refuse } from '../http/refusal.ts';
import { addRoute } from '../http/routes.ts';
import { readHistory } from './black-box.ts';
import type { CommittedStore } from './command-log.ts';
import { csvHead, csvLines } from './csv.ts';
import { exportDay, type ExportRecord } from './day-export.ts';
import { listOrders, type Wanted } from './orders.ts';
import type { Present } from './days.ts';
import { readOrders } from './rows.ts';
import {
  dayParams,
  exportAnswer,
  historyAnswer,
  orderAnswer,
  orderParams,
  ordersAnswer,
  query,
} from './schemas.ts';

export interface Archive {
  readonly store: CommittedStore;
  readonly running: Pick<RunningHub, 'status' | 'findDevice'>;
}

interface AskedOrder {
  Params: { order: string };
  Querystring: { after?: number };
}
interface AskedDay {
  Params: { day: string };
  Querystring: { format: 'csv' | 'json' };
}

export function addHistoryRoutes(app: FastifyInstance, archive: Archive): void {
  addOrders(app, archive);
  addBlackBox(app, archive);
  addExport(app, archive);
}

function addOrders(app: FastifyInstance, { store, running }: Archive): void {
  addRoute<{ Querystring: Wanted }>(app, {
    method: 'GET',
    url: '/orders',
    who: ['manager', 'program'],
    schema: { querystring: query('day', 'number', 'device', 'after', 'limit') },
    summary: 'Orders, open and closed, newest first.',
    response: ordersAnswer,
    handler: (request) => listOrders(store, presentOf(running), request.query),
  });
  addRoute<AskedOrder>(app, {
    method: 'GET',
    url: '/orders/:order',
    who: ['manager', 'program'],
    schema: { params: orderParams },
    summary: 'One order with its lines, tickets and payments.',
    response: orderAnswer,
    refusals: ['404 UNKNOWN_ORDER'],
    handler(request, reply) {
      const [found] = readOrders(store, [request.params.order]);
      if (found === undefined) return answer(reply, unknownOrder);
      const { order = null, lines, tickets, payments } = found;
      return reply.send({ order, lines, tickets, payments });
    },
  });
}

function addBlackBox(app: FastifyInstance, { store, running }: Archive): void {
  addRoute<AskedOrder>(app, {
    method: 'GET',
    url: '/orders/:order/history',
    who: 'manager',
    schema: { params: orderParams, querystring: query('after') },
    summary: 'Every command on one order, and when each station had it.',
    response: historyAnswer,
    refusals: ['404 UNKNOWN_ORDER'],
    async handler(request, reply) {
      const nameOf = (device: string): Who => whoIs(running, device);
      const asked = { ...request.query, ...request.params };
      const found = await readHistory(store, presentOf(running), nameOf, asked);
      return answer(reply, found ?? unknownOrder);
    },
  });
}

function addExport(app: FastifyInstance, { store, running }: Archive): void {
  addRoute<AskedDay>(app, {
    method: 'GET',
    url: '/days/:day/export',
    who: 'manager',
    schema: { params: dayParams, querystring: query('format') },
    summary: 'Every order, line and payment of a business day; as a table with format=csv.',
    response: exportAnswer,
    media: ['application/json', 'text/csv'],
    handler(request, reply) {
      const { day } = request.params;
      const isOver = day < running.status.day;
      const found = exportDay(store, presentOf(running), day, (device) => whoIs(running, device));
      if (request.query.format === 'json') {
        return reply.type(jsonType).send(Readable.from(jsonPieces({ day, isOver }, found)));
      }
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="${day}.csv"`)
        .send(Readable.from(csvPieces(found)));
    },
  });
}

const jsonType = 'application/json; charset=utf-8';

async function* csvPieces(found: AsyncIterable<readonly ExportRecord[]>): AsyncIterable<string> {
  yield csvHead;
  for await (const records of found) if (records.length > 0) yield csvLines(records);
}

/** A day is written as it is read, so that no answer of megabytes is made at one go. */
async function* jsonPieces(
  about: object,
  found: AsyncIterable<readonly ExportRecord[]>,
): AsyncIterable<string> {
  let between = `${JSON.stringify(about).slice(0, -1)},"records":[`;
  for await (const records of found) {
    for (const record of records) {
      yield between + JSON.stringify(record);
      between = ',';
    }
  }
  yield between === ',' ? ']}' : `${between}]}`;
}

function presentOf({ status }: Archive['running']): Present {
  const { seq, epoch } = status.at;
  return { seq, epoch: epoch.number };
}

const unknownOrder = refuse(
  404,
  'UNKNOWN_ORDER',
  'The hub has no such order.',
  'Look at the list of orders; the id of an order is not its number.',
);
