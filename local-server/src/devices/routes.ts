// The table of devices over HTTP: who is there, who asks to be let back in, and what a manager does
// about them. Each act is a command of the hub's own, with the manager's device in it, so that the
// log says who did it.

import type { ListedDevice } from '@pos-sync/sync';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { answer, type Refused, refuse } from '../http/refusal.ts';
import { addRoute, callerOf } from '../http/routes.ts';
import { closed } from '../http/schema.ts';
import { checkCode } from '../pairing/code.ts';
import type { PairOutcome } from '../pairing/pairing.ts';
import { refusals as pairingRefusals, refuseName } from '../pairing/refusals.ts';
import { deviceRoles, whyNotThisName } from '../pairing/wanted.ts';
import type { KnownDevice, Knock } from './known-device.ts';
import { shownSchema, tableSchema, wantedOfDevice } from './schema.ts';

export interface DeviceDesk {
  devices(): readonly ListedDevice[];
  knocks(): readonly Knock[];
  findDevice(device: string): KnownDevice | undefined;
  isRole(role: string): boolean;
  /** Gives a command as the hub, with an id of its own. */
  give(name: string, args: object): Promise<PairOutcome>;
}

interface Asked {
  Params: { device: string };
  Body: { name?: string; role?: string; checkCode?: string } | undefined;
}
type Act = (
  desk: DeviceDesk,
  device: string,
  body: { name: string; role: string; checkCode: string },
) => { readonly name: string; readonly args: object } | Refused;

const texts = {
  ...wantedOfDevice,
  checkCode: {
    type: 'string',
    pattern: '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$',
    title: 'a check code such as K7Q2-M9XD',
    description: 'The code that was compared.',
    examples: ['K7Q2-M9XD'],
  },
};

export function addDeviceRoutes(app: FastifyInstance, desk: DeviceDesk): void {
  addRoute(app, {
    method: 'GET',
    url: '/devices',
    who: 'manager',
    summary: 'Every device of the shop, and those that ask to be let back in.',
    response: tableSchema,
    handler: () => ({
      devices: desk.devices().map(standingOf),
      asking: desk.knocks().map(askingOf),
    }),
  });
  const add = (act: string, summary: string, fields: readonly (keyof typeof texts)[], run: Act) =>
    addRoute<Asked>(app, {
      method: 'POST',
      url: `/devices/:device/${act}`,
      who: 'manager',
      schema: { params: deviceSchema, ...(fields.length > 0 && { body: bodySchema(fields) }) },
      summary,
      response: shownSchema,
      refusals: refusalsOf(act, fields),
      handler: async (request, reply) => carryOut(desk, run, request, reply),
    });
  add('rename', 'Gives a device another name.', ['name'], rename);
  add(
    'role',
    'Gives a device another role; it starts over with what that role sees.',
    ['role'],
    changeRole,
  );
  add('retire', 'Puts a device away that is no longer used.', [], retire);
  add('revoke', 'Shuts a device out that was lost or stolen.', [], revoke);
  add('approve', 'Lets a device back in that asks for it.', ['name', 'role', 'checkCode'], approve);
}

const deviceSchema = {
  type: 'object',
  required: ['device'],
  properties: {
    device: {
      type: 'string',
      pattern: '^[\\w.:-]{1,64}$',
      title: 'the id of a device',
      description: 'The id of the device.',
      examples: ['DEVICE'],
    },
  },
};

function bodySchema(fields: readonly (keyof typeof texts)[]): object {
  return closed(Object.fromEntries(fields.map((field) => [field, texts[field]])));
}

function refusalsOf(act: string, fields: readonly (keyof typeof texts)[]): string[] {
  return [
    ...(fields.includes('name') ? ['400 BAD_NAME', '400 CARD_NUMBER'] : []),
    ...(fields.includes('role') ? ['400 NO_SUCH_ROLE'] : []),
    ...(act === 'approve' ? ['404 NOT_ASKING', '409 ANOTHER_KEY', '409 TAKEN'] : []),
    '404 UNKNOWN_DEVICE',
    '409 REVOKED',
    '409 NOT_DONE',
  ];
}

const rename: Act = (_desk, device, { name }) =>
  refuseName(name) ?? { name: 'device.rename', args: { device, name } };

const changeRole: Act = (desk, device, { role }) =>
  desk.isRole(role)
    ? { name: 'device.changeRole', args: { device, role } }
    : pairingRefusals.noSuchRole;

const retire: Act = (_desk, device) => ({ name: 'device.retire', args: { device } });

const revoke: Act = (_desk, device) => ({ name: 'device.revoke', args: { device } });

/** The code that was compared is sent along: meanwhile another may ask under the same id. */
const approve: Act = (desk, device, { name, role, checkCode: compared }) => {
  const asking = desk.knocks().filter((one) => one.device === device);
  if (asking.length === 0) return refusals.notAsking;
  const knock = asking.find(({ publicKey }) => checkCode(publicKey) === compared);
  if (knock === undefined) return refusals.anotherKey;
  const { publicKey, letter } = knock;
  if (!desk.isRole(role)) return pairingRefusals.noSuchRole;
  const had = letter !== undefined && { letter };
  return (
    refuseName(name) ?? { name: 'device.pair', args: { device, publicKey, name, role, ...had } }
  );
};

async function carryOut(
  desk: DeviceDesk,
  run: Act,
  request: FastifyRequest<Asked>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const { device } = request.params;
  // The schema of the route has looked whether the fields it needs are there.
  const command = run(desk, device, request.body as Parameters<Act>[2]);
  // Whoever asks hears it; it is no act that the log and the list of attention have to hold.
  if (run !== approve && desk.findDevice(device) === undefined) {
    return answer(reply, refusals.unknownDevice);
  }
  if ('refused' in command) return answer(reply, command);
  const by = caller.kind === 'device' && { by: caller.device.device };
  const { outcome, code, message } = await desk.give(command.name, { ...command.args, ...by });
  const now = desk.findDevice(device);
  if (outcome !== 'ok' || now === undefined) return answer(reply, refusals.notDone(code, message));
  return reply.send(shownOf(now));
}

/** Without key and token: nobody who reads the table needs them. */
function shownOf({ device, name, letter, role, revokedAt, retiredAt, bearerHash }: KnownDevice) {
  const ended = {
    ...(revokedAt !== undefined && { revokedAt }),
    ...(retiredAt !== undefined && { retiredAt }),
  };
  return { device, name, letter, role, ...ended, hasBearer: bearerHash !== undefined };
}

function standingOf(standing: ListedDevice): object {
  const { isHere, seenMs, lastN, deferred } = standing;
  const seen = seenMs === undefined ? {} : { seenMs };
  return { ...shownOf(standing), isHere, ...seen, lastN, deferred };
}

/** The name is whatever somebody unknown says. So is the letter, which it gets where it is free. */
function askingOf({ device, publicKey, name, letter, build, answered, atMs }: Knock): object {
  const named = name === undefined || whyNotThisName(name) !== undefined ? {} : { name };
  const lettered = letter === undefined ? {} : { letter };
  return { device, checkCode: checkCode(publicKey), ...named, ...lettered, build, answered, atMs };
}

const refusals = {
  unknownDevice: refuse(
    404,
    'UNKNOWN_DEVICE',
    'There is no such device.',
    'Look at the list of devices and try again.',
  ),
  notAsking: refuse(
    404,
    'NOT_ASKING',
    'This device does not ask to be let in.',
    'Look at the list again; the device has to be switched on and near the hub’s WiFi.',
  ),
  anotherKey: refuse(
    409,
    'ANOTHER_KEY',
    'Another device asks under this id now, or the code was misread.',
    'Compare the code on the device with the list once more.',
  ),
  notDone: (code = 'NOT_DONE', message = 'The hub could not do this.'): Refused =>
    refuse(
      statuses[code] ?? 409,
      code,
      message,
      fixes[code] ?? 'Look at the list of devices and try again.',
    ),
};

const statuses: Record<string, number | undefined> = { UNKNOWN_DEVICE: 404, NO_SUCH_ROLE: 400 };

const fixes: Record<string, string | undefined> = {
  REVOKED: 'Leave it as it is. To use the device again, let it join anew through a pairing window.',
  TAKEN: 'Do not let this device in: it asks as one that the shop already has, with another key.',
  NO_SUCH_ROLE: `Use one of ${deviceRoles.join(', ')}.`,
};
