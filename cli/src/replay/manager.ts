// What a replay asks of a hub that is not its own: as the box does where the hub's key can be read,
// else as the manager's device that somebody let it be.

import { type Identity, signedRequest } from '@pos-sync/client';

import type { ListedDevice } from '../devices/device-list.ts';
import { Failure } from '../failure.ts';
import {
  type HubDoor,
  askHub,
  callHub,
  findDoor,
  loopbackAddress,
  refusalOf,
} from '../hub-door.ts';
import { letIn, patiently } from './letting-in.ts';

export type Ask = (method: 'GET' | 'POST', path: string, body?: object) => Promise<object>;

export interface Manager {
  /** `http://192.168.1.100:8080` */
  readonly address: string;
  /** Ask one thing after the other. */
  readonly ask: Ask;
  /** The manager's device that asks; undefined for the box. */
  readonly identity: Identity | undefined;
}

export interface Visit {
  /** Where the hub is, as somebody typed it. */
  readonly hub: string;
  readonly dataFolder: string;
  /** Lets a manager in; undefined where the key in the data folder does. */
  readonly code: string | undefined;
  /** Also where the hub has orders already. */
  readonly intoLiveStore: boolean;
}

const typedAddress = /^(?:http:\/\/)?([\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?\/?$/i;

export async function managerOf({ hub, dataFolder, code }: Visit): Promise<Manager> {
  if (code === undefined) return asBox(findDoor(dataFolder, whereKeyMayTravel(hub)));
  const [found, host, port = ''] = typedAddress.exec(hub) ?? [];
  if (found === undefined) {
    const fix = 'Say it as the hub does, as http://192.168.1.100:8080.';
    throw new Failure(2, `"${hub}" is not the address of a hub.`, fix);
  }
  const address = /^\d{1,5}$/.test(hub) ? loopbackAddress(hub) : `http://${host}${port}`;
  const identity = await letIn(address, code);
  if (identity.role === 'manager')
    return { address, identity, ask: await signed(address, identity) };
  const message = `This code let a device in as ${identity.role}, "${identity.name}", and a replay needs a manager.`;
  throw new Failure(1, message, howToGetCode);
}

const howToGetCode =
  'On the machine the hub runs on, type: npm run -s pos-sync -- pair --role manager --name Replay\n' +
  'Then give this replay the code it prints, with --code.';

/** The key of the box opens its doors on this machine alone. */
function whereKeyMayTravel(hub: string): string {
  try {
    return loopbackAddress(hub);
  } catch (cause) {
    const message = `"${hub}" is not 127.0.0.1 with a port, and the key of another is not here.`;
    throw new Failure(2, message, howToGetCode, { cause });
  }
}

function asBox(door: HubDoor): Manager {
  const ask: Ask = (method, path, body) => askHub(door, method, path, body);
  return { address: door.address, ask, identity: undefined };
}

async function signed(address: string, identity: Identity): Promise<Ask> {
  const signerNow = async (): Promise<ReturnType<typeof signedRequest>> => {
    const { hub } = (await callHub(address, { method: 'GET', path: '/pairing' })) as {
      hub: string;
    };
    return signedRequest(identity, hub);
  };
  let sign = await signerNow();
  return async (method, path, asked) => {
    const body = asked && JSON.stringify(asked);
    const send = (): Promise<object> => {
      const { authorization } = sign({ method, url: path, ...(body !== undefined && { body }) });
      return callHub(address, { method, path, body, authorization });
    };
    try {
      return await patiently(send);
    } catch (error) {
      // A signature names the hub process, and that may be another one since.
      if (refusalOf(error) !== 'WRONG_SIGNATURE') throw error;
      sign = await signerNow();
      return patiently(send);
    }
  };
}

/** Opens pairing windows for devices that are called `<name> …`. */
export function windowsOf({ ask }: Manager, called: string) {
  let before: Promise<unknown> = Promise.resolve();
  return (role: string, name: string): Promise<string> => {
    const opened = before.then(async () => {
      const wanted = { role, name: `${called} ${name}` };
      return ((await ask('POST', '/pairing/windows', wanted)) as { code: string }).code;
    });
    before = opened.catch(() => undefined);
    return opened;
  };
}

/** The devices of the replay that is called so, and the one that asks, which is the last. */
export async function devicesOf({ ask, identity }: Manager, called: string) {
  const { devices } = (await ask('GET', '/devices')) as { devices: ListedDevice[] };
  const own = devices.filter(({ name, device }) => {
    return name.startsWith(`${called} `) || device === identity?.device;
  });
  return own.toSorted((one, other) => rank(one) - rank(other));

  function rank({ device }: ListedDevice): number {
    return device === identity?.device ? 1 : 0;
  }
}

/** What they gave is decided; they keep their letters and are told nothing more. */
export async function putAway(manager: Manager, called: string): Promise<number> {
  const devices = await devicesOf(manager, called);
  for (const { device } of devices) await manager.ask('POST', `/devices/${device}/retire`);
  return devices.length;
}
