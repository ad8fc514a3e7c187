// The door of a running hub for programs on its own machine: http on loopback, with the key that
// lies in the hub's data folder.

import { type HubAddress, didHubRun, readAdminKey } from '@pos-sync/local-server';
import { existsSync } from 'node:fs';

import { Failure } from './failure.ts';
import { plainText } from './plain-text.ts';

export interface HubDoor {
  /** `http://127.0.0.1:8080` */
  readonly address: string;
  readonly dataFolder: string;
}

export interface PairingWindow {
  readonly code: string;
  readonly expiresAtMs: number;
}

interface NetworkInfo {
  readonly addresses: readonly HubAddress[];
}

const answerWithinMs = 5_000;
const portMax = 65_535;

/** What was typed, in full. Throws `Failure` for another machine: the key must not travel there. */
export function loopbackAddress(typed: string): string {
  const found = /^(?:http:\/\/)?(127(?:\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?\/?$/i.exec(
    typed,
  );
  const port = Number(found?.[2]?.slice(1) ?? 80);
  if (found !== null && port > 0 && port <= portMax) return `http://${found[1]}${found[2] ?? ''}`;
  const message = `"${typed}" is not an address of this machine.`;
  const fix = 'Run this on the machine the hub runs on, with --hub http://127.0.0.1:8080.';
  throw new Failure(2, message, fix);
}

/** Opens a pairing window. Throws `Failure` with what to do when the hub is stopped or says no. */
export async function openPairingWindow(
  door: HubDoor,
  wanted: { readonly role: string; readonly name: string },
): Promise<PairingWindow> {
  return (await askHub(door, 'POST', '/pairing/windows', wanted)) as PairingWindow;
}

/** Where the hub says that devices reach it. */
export async function readAddresses(door: HubDoor): Promise<readonly HubAddress[]> {
  const { addresses } = (await askHub(door, 'GET', '/network-info')) as NetworkInfo;
  return addresses;
}

/** What the running hub answers to its owner. Throws `Failure` when it is stopped or says no. */
export async function askHub(
  door: HubDoor,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  withinMs = answerWithinMs,
): Promise<object> {
  const { address } = door;
  const authorization = `Bearer ${keyOf(door)}`;
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  }).catch((error: unknown) => {
    throw new Failure(
      1,
      `No hub answers at ${address}: it is stopped, or listens elsewhere.`,
      'Start it with "npm run production", or say where it is with --hub.',
      { cause: error },
    );
  });
  const said: unknown = await response.json().catch(() => undefined);
  const isObject = typeof said === 'object' && said !== null;
  if (response.ok && isObject) return said;
  const { code, message, fix } = (isObject ? said : {}) as Record<string, unknown>;
  // A hub without a manager says so to every key but its own.
  if (code === 'WRONG_KEY' || code === 'NOT_CLAIMED') {
    const otherFolder = `The hub at ${address} does not keep its data in ${door.dataFolder}.`;
    throw new Failure(1, otherFolder, 'Say which folder it uses with --data.');
  }
  const sentence = textOr(message, `What answers at ${address} is no hub of this version.`);
  throw new Failure(1, sentence, textOr(fix, 'Look at the hub’s log.'));
}

function keyOf({ dataFolder }: HubDoor): string {
  if (!existsSync(dataFolder)) {
    const message = `There is no data folder ${dataFolder}.`;
    throw new Failure(1, message, 'Say where the hub keeps its data with --data.');
  }
  let key: string | undefined;
  try {
    key = readAdminKey(dataFolder);
  } catch (error) {
    const message = `The hub's key in ${dataFolder} cannot be read.`;
    const fix = 'Run this as the user the hub runs as.';
    throw new Failure(1, message, fix, { cause: error });
  }
  if (key !== undefined) return key;
  if (didHubRun(dataFolder)) {
    const lost = `The hub's key in ${dataFolder}, admin.key, is missing or damaged.`;
    const again =
      'Stop the hub and start it again: it then makes a new one, and paired devices stay paired.';
    throw new Failure(1, lost, again);
  }
  const message = `No hub ever ran on ${dataFolder}: its key is not there.`;
  const fix =
    'Start the hub once with "npm run production", or say which folder it uses with --data.';
  throw new Failure(1, message, fix);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? plainText(value) : otherwise;
}
