// The menu as a file: out of the hub, and back in after a look at what it changes. A file in which one
// line is wrong changes nothing, and nothing is ever taken off the menu.

import { setImmediate as letOthersGoFirst } from 'node:timers/promises';

import { putItem } from '@pos-sync/shop';
import type { RunningHub } from '@pos-sync/sync';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { query } from '../history/schemas.ts';
import { keepRawBodies, type RawBody } from '../http/body.ts';
import { answer, type FileError, type Refused, refuse } from '../http/refusal.ts';
import { addRoute, callerOf } from '../http/routes.ts';
import { type Changes, changesOf, type Put, putsOf } from './changes.ts';
import { fileBytesMax, jsonMedia, readMenu, tableMedia } from './file.ts';
import { basisOf, presentMenu } from './item.ts';
import { errorsMax } from './lines.ts';
import { basisQuery, changesAnswer, menuAnswer, menuBodies } from './schemas.ts';
import { menuTable } from './table.ts';

type Desk = Pick<RunningHub, 'status' | 'give'>;

interface AskedFormat {
  Querystring: { format: 'csv' | 'json' };
}
interface AskedImport {
  Body: RawBody | undefined;
  Querystring: { basis?: string };
}

export function addMenuRoutes(app: FastifyInstance, desk: Desk): void {
  addRoute<AskedFormat>(app, {
    method: 'GET',
    url: '/menu',
    who: ['manager', 'program'],
    schema: { querystring: query('format') },
    summary: 'The menu as screens show it now; as a table with format=csv.',
    response: menuAnswer,
    media: [jsonMedia, tableMedia],
    handler(request, reply) {
      const items = presentMenu(desk.status.rows).map(({ item }) => item);
      if (request.query.format === 'json') return reply.send({ items });
      return reply
        .type(`${tableMedia}; charset=utf-8; header=present`)
        .header('content-disposition', 'attachment; filename="menu.csv"')
        .send(menuTable(items));
    },
  });
  void app.register((files, _options, done) => {
    keepRawBodies(files, [jsonMedia, tableMedia]);
    addFileRoutes(files, desk);
    done();
  });
}

function addFileRoutes(app: FastifyInstance, desk: Desk): void {
  const about = {
    method: 'POST',
    who: 'manager',
    bodies: menuBodies,
    bodyBytesMax: fileBytesMax,
    response: changesAnswer,
  } as const;
  addRoute<AskedImport>(app, {
    ...about,
    url: '/menu/preview',
    summary: 'What a file would change about the menu; nothing is written.',
    refusals: ['400 BAD_MENU'],
    handler(request, reply) {
      const read = readMenu(request.body);
      if ('errors' in read) return answer(reply, badMenu(read.errors));
      return reply.send(changesOf(presentMenu(desk.status.rows), read.items));
    },
  });
  // One after the other: two at once would both see the menu as it was.
  let former: Promise<unknown> = Promise.resolve();
  addRoute<AskedImport>(app, {
    ...about,
    url: '/menu/import',
    schema: { querystring: basisQuery },
    summary: 'Brings the items of a file onto the menu, or changes them; what is not in it stays.',
    refusals: ['400 BAD_MENU', '409 MENU_CHANGED', '409 NOT_DONE'],
    async handler(request, reply) {
      const importing = former.then(() => importMenu(desk, request));
      former = importing.catch(() => undefined);
      return answer(reply, await importing);
    },
  });
}

/** What was changed, with the menu as it has become as its basis. */
async function importMenu(
  desk: Desk,
  request: FastifyRequest<AskedImport>,
): Promise<Changes | Refused> {
  const read = readMenu(request.body);
  if ('errors' in read) return badMenu(read.errors);
  const menu = presentMenu(desk.status.rows);
  const changes = changesOf(menu, read.items);
  const { basis = changes.basis } = request.query;
  if (basis !== changes.basis) return menuChanged;
  const caller = callerOf(request);
  const by = caller.kind === 'device' ? caller.device.device : caller.kind;
  const refused = await giveAll(desk, putsOf(menu, changes, by));
  return refused ?? { ...changes, basis: basisOf(presentMenu(desk.status.rows)) };
}

/** So many are one transaction; between two of them the hub goes on with orders. */
export const putsTogether = 128;

async function giveAll(desk: Desk, puts: readonly Put[]): Promise<Refused | undefined> {
  for (let from = 0; from < puts.length; from += putsTogether) {
    const together = puts.slice(from, from + putsTogether);
    const decided = await Promise.all(
      together.map(({ id, args }) => desk.give(id, putItem.name, args)),
    );
    const failed = decided.find(({ outcome }) => outcome !== 'ok');
    if (failed !== undefined) return notDone(failed.message);
    await letOthersGoFirst();
  }
  return undefined;
}

function badMenu(errors: readonly FileError[]): Refused {
  const lines = new Set(errors.map(({ line }) => line)).size;
  const what =
    lines === 1 ? 'One line of this menu is wrong' : `${lines} lines of this menu are wrong`;
  const { refused } = refuse(
    400,
    'BAD_MENU',
    `${what}, so nothing was changed.`,
    'Correct what is named and send the whole file again.',
  );
  return { refused: { ...refused, errors: errors.slice(0, errorsMax) } };
}

const menuChanged = refuse(
  409,
  'MENU_CHANGED',
  'Somebody else changed the menu since you looked at what this file changes. Nothing was done.',
  'Look at it again, and import it then.',
);

function notDone(message = 'The hub could not write it down.'): Refused {
  return refuse(
    409,
    'NOT_DONE',
    `A part of the menu could not be changed: ${message}`,
    'Import the same file again: what is done already stays as it is.',
  );
}
