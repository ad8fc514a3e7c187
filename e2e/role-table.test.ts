// Who may call what: every route and every command there is, in one table, and the hub does what it
// says. What is added anywhere has to be added here, and somebody has to think about who may call it.

import { commandTable } from '@pos-sync/shop';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { deviceRoles } from '../local-server/src/pairing/wanted.ts';
import {
  adminKey,
  openStandingDoor,
  type TestDevice,
} from '../local-server/src/testing/standing-door.ts';
import { connectHand, openHand, putSoup } from '../local-server/src/testing/standing-floor.ts';
import { ownCommands } from '../packages/sync/src/hub/own-commands.ts';

const everybody = 'everybody';
const watchers = ['manager', 'program'];

/** The box may do whatever a manager may. */
const routes: readonly (readonly [string, string | readonly string[]])[] = [
  ['GET /', everybody],
  ['GET /join', everybody],
  ['GET /health', everybody],
  ['GET /network-info', everybody],
  ['GET /docs', everybody],
  ['GET /docs/openapi.json', everybody],
  ['GET /metrics', watchers],
  ['GET /pairing', everybody],
  ['POST /pairing/windows', 'manager'],
  ['POST /pairing/join', everybody],
  ['GET /devices', 'manager'],
  ['POST /devices/:device/rename', 'manager'],
  ['POST /devices/:device/role', 'manager'],
  ['POST /devices/:device/retire', 'manager'],
  ['POST /devices/:device/revoke', 'manager'],
  ['POST /devices/:device/approve', 'manager'],
  ['GET /orders', watchers],
  ['GET /orders/:order', watchers],
  ['GET /orders/:order/history', 'manager'],
  ['GET /days/:day/export', 'manager'],
  ['GET /attention', 'manager'],
  ['GET /attention/waiting', 'manager'],
  ['POST /attention/waiting/:id', 'manager'],
  ['POST /attention/close', 'manager'],
  ['GET /menu', watchers],
  ['POST /menu/preview', 'manager'],
  ['POST /menu/import', 'manager'],
  ['GET /hub', 'manager'],
  ['POST /hub/stop', 'manager'],
  ['POST /hub/restart', 'manager'],
  ['GET /sdk/client.js', everybody],
  ['GET /sdk/client.d.ts', everybody],
  ['GET /sdk/client.tgz', everybody],
];

const service = ['entry', 'counter', 'manager', 'program'];
const kitchen = ['kitchen', 'manager'];
const hub = ['hub'];
const managers = ['hub', 'manager'];

const order = 'o1';
const soup = { item: 'soup', version: 'v1' };
const ticket = { ticket: 'other.kitchen', round: 1 };
const receipt = { ticket: 'other.kitchen', revision: 1, device: 'k', station: 'kitchen' };
const price = { priceMinor: 500, station: 'kitchen', choices: {} };

/** With what a role that may give it gives it, one after the other; all of that is carried out. */
const commands: readonly (readonly [string, 'fact' | 'intent', readonly string[], object])[] = [
  ['menu.put', 'intent', ['manager', 'program', 'hub'], { ...soup, name: 'Soup', ...price }],
  ['order.open', 'intent', service, { order, number: { letter: 'B', count: 1 } }],
  [
    'order.addLine',
    'intent',
    service,
    { order, line: 'l1', ...soup, quantity: 1, choices: [], shownMinor: 500 },
  ],
  ['order.changeQuantity', 'intent', service, { order, line: 'l1', by: 1 }],
  ['order.voidLine', 'intent', service, { order, line: 'l1' }],
  ['order.send', 'intent', service, { order }],
  ['order.close', 'intent', service, { order, expectedTotalMinor: 0 }],
  ['ticket.start', 'fact', kitchen, ticket],
  ['ticket.ready', 'fact', kitchen, ticket],
  ['ticket.bump', 'fact', kitchen, ticket],
  ['ticket.receipt', 'fact', hub, receipt],
  ['payment.take', 'fact', service, { payment: 'p1', order, tender: 'cash', amountMinor: 1 }],
];

/** The engine's own are intents. */
const engineCommands: readonly (readonly [string, readonly string[] | 'every'])[] = [
  ['device.pair', hub],
  ['device.vouched', hub],
  ['device.rename', managers],
  ['device.changeRole', managers],
  ['device.retire', managers],
  ['device.revoke', managers],
  ['device.restored', hub],
  ['device.missing', hub],
  ['device.lacking', hub],
  ['day.turn', managers],
  ['deferred.decide', managers],
  ['attention.close', managers],
  ['clock.set', managers],
  ['clock.doubt', hub],
  ['device.strange', hub],
  ['device.stranded', 'every'],
  ['epoch.recovered', managers],
];

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

it('has exactly the routes of the table, each for those it names', () => {
  const there = door.guard.routes.map(({ method, url, who }) => `${method} ${url}: ${String(who)}`);
  // Where there is a GET, HTTP has a HEAD: the same, for the same.
  const told = routes.flatMap(([route, who]) =>
    [route, route.replace('GET', 'HEAD')].map((one) => `${one}: ${String(who)}`),
  );
  expect(there.toSorted()).toEqual([...new Set(told)].toSorted());
});

it('has exactly the commands of the table, each for those it names', () => {
  const told = commands.map(([command, kind, roles]) => ({ command, v: 1, kind, roles }));
  expect(commandTable).toEqual(told);
  const own = [...ownCommands.values()].map(({ name, roles }) => [name, roles]);
  expect(Object.fromEntries(own)).toEqual(Object.fromEntries(engineCommands));
});

it('answers at every route whom the table names, and nobody else', async () => {
  const known = new Map<string, TestDevice>();
  for (const role of deviceRoles) known.set(role, await door.letIn(role, role));
  for (const caller of ['stranger', 'box', ...deviceRoles]) {
    for (const { method, url, who } of door.guard.routes) {
      const path = url.replaceAll(/:\w+/g, 'none');
      const call = { method: method as 'GET', path };
      const signed = known.get(caller)?.authorization(door.engine.hub, call);
      const authorization = caller === 'box' ? `Bearer ${adminKey}` : signed;
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(`http://${door.address}${path}`, { method, headers });
      const said = await response.text();
      const may = who === everybody || caller === 'box' || [who].flat().includes(caller as 'entry');
      const [status, code] = caller === 'stranger' ? [401, 'NOT_SIGNED'] : [403, 'FORBIDDEN'];
      const what = `${caller} asks for ${method} ${url}`;
      if (may) expect([401, 403, 429], what).not.toContain(response.status);
      else expect(response.status, what).toBe(status);
      if (!may && method !== 'HEAD') expect(said, what).toContain(`"code":"${code}"`);
    }
  }
});

it.each(deviceRoles)(
  'lets %s give the commands the table says: of others, an intent is rejected and a fact deferred [D4]',
  async (role) => {
    await putSoup(await openHand(door, 'manager', 'Office'));
    const hand = await connectHand(door, await door.letIn(role, 'Someone'));
    for (const [command, kind, roles, args] of commands) {
      const { outcome, code } = await hand.give(command, args);
      const refused = [kind === 'fact' ? 'deferred' : 'rejected', 'FORBIDDEN'];
      const wanted = roles.includes(role) ? ['ok', undefined] : refused;
      expect([command, outcome, code]).toEqual([command, ...wanted]);
    }
    for (const [command, roles] of engineCommands) {
      const { outcome, code } = await hand.give(command, {});
      const may = roles === 'every' || roles.includes(role);
      const wanted = ['rejected', may ? 'BAD_COMMAND' : 'FORBIDDEN'];
      expect([command, outcome, code]).toEqual([command, ...wanted]);
    }
    hand.leave();
  },
);
