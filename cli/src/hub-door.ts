// The door of a running hub for programs on its own machine: http on loopback, with the key that
// lies in the hub's data folder.

import { type HubAddress, didHubRun, readAdminKey, readListening } from '@pos-sync/local-server';
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

const startIt = 'Start it with "npm run production", or say where it is with --hub.';
const answerWithinMs = 5_000;
const portMax = 65_535;

/**
 * The door of the hub that keeps its data in `dataFolder`: at `typed`, or where that hub said it listens.
 * Throws `Failure` where it said nothing, because it is stopped.
 */
export function findDoor(dataFolder: string, typed: string | undefined): HubDoor {
  if (typed !== undefined) return { address: loopbackAddress(typed), dataFolder };
  const address = keptAddress(dataFolder);
  if (address !== undefined) return { address, dataFolder };
  // Where no hub ever ran, that is what is wrong.
  keyOf(dataFolder);
  throw new NoAnswer(1, `No hub answers on ${dataFolder}: it is stopped.`, startIt);
}

/** Where the hub of `dataFolder` listens on this machine; undefined where it is stopped. */
export function keptAddress(dataFolder: string): string | undefined {
  const kept = readListening(dataFolder)?.address;
  if (kept === undefined) return undefined;
  const host = kept.startsWith('[::1]') ? '[::1]' : '127.0.0.1';
  return `http://${host}:${kept.slice(kept.lastIndexOf(':') + 1)}`;
}

/** What was typed, in full. Throws `Failure` for another machine: the key must not travel there. */
export function loopbackAddress(typed: string): string {
  if (/^\d{1,5}$/.test(typed)) return loopbackAddress(`127.0.0.1:${typed}`);
  const found = /^(?:http:\/\/)?(127(?:\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?\/?$/i.exec(
    typed,
  );
  const port = Number(found?.[2]?.slice(1) ?? 80);
  if (found !== null && port > 0 && port <= portMax) return `http://${found[1]}${found[2] ?? ''}`;
  const message = `"${typed}" is not 127.0.0.1 with a port, and the hub's key is sent nowhere else.`;
  const fix = `Run this on the machine the hub runs on, with --hub ${portIn(typed) ?? 8080}, the hub's port.`;
  throw new Failure(2, message, fix);
}

function portIn(typed: string): string | undefined {
  const port = /:(\d{1,5})\/?$/.exec(typed)?.[1];
  return Number(port) <= portMax ? port : undefined;
}

/** Nobody answers: the hub is stopped, or hangs. */
export class NoAnswer extends Failure {}

/** It may have taken the question all the same: it hangs, is busy, or ends. */
export class NotYetAnswered extends NoAnswer {}

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
  body?: object | Blob,
  withinMs = answerWithinMs,
): Promise<object> {
  const authorization = `Bearer ${keyOf(door.dataFolder)}`;
  const sent = body instanceof Blob ? body : body && JSON.stringify(body);
  const call = { method, path, body: sent, authorization, withinMs };
  try {
    return await callHub(door.address, call);
  } catch (error) {
    const code = refusalOf(error);
    // A hub without a manager says so to every key but its own.
    if (code !== 'WRONG_KEY' && code !== 'NOT_CLAIMED') throw error;
    const otherFolder = `The hub at ${door.address} does not keep its data in ${door.dataFolder}.`;
    throw new Failure(1, otherFolder, 'Say which folder it uses with --data.', { cause: error });
  }
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** As it is sent: JSON, or a file that says its own type. */
  readonly body?: string | Blob | undefined;
  /** Undefined for what everybody may ask. */
  readonly authorization?: string;
  readonly withinMs?: number;
}

/** What the running hub answers. Throws `Failure` when it is stopped or says no. */
export async function callHub(
  address: string,
  { method, path, body, authorization, withinMs = answerWithinMs }: Call,
): Promise<object> {
  const request = {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(withinMs),
  };
  const { isOk, said } = await hear(`${address}${path}`, request).catch((error: unknown) => {
    throw noAnswer(address, method, error);
  });
  const isObject = typeof said === 'object' && said !== null;
  if (isOk && isObject) return said;
  const { message, fix } = (isObject ? said : {}) as Record<string, unknown>;
  const sentence = textOr(message, `What answers at ${address} is no hub of this version.`);
  throw new Failure(1, sentence, textOr(fix, 'Look at the hub’s log.'), { cause: said });
}

/** `said` is undefined where it is no JSON. */
async function hear(
  url: string,
  request: RequestInit,
): Promise<{ readonly isOk: boolean; readonly said: unknown }> {
  const response = await fetch(url, request);
  const text = await response.text();
  try {
    return { isOk: response.ok, said: JSON.parse(text) };
  } catch {
    return { isOk: response.ok, said: undefined };
  }
}

function noAnswer(address: string, method: Call['method'], error: unknown): NoAnswer {
  const cause = { cause: error };
  if (!isUnderWay(error)) {
    const message = `No hub answers at ${address}: it is stopped, or listens elsewhere.`;
    return new NoAnswer(1, message, startIt, cause);
  }
  if (method === 'GET') {
    const fix = 'Try again in some seconds; then: npm run -s pos-sync -- doctor';
    return new NotYetAnswered(1, `The hub at ${address} has not answered.`, fix, cause);
  }
  const message = `The hub at ${address} has not answered yet. It may still do it.`;
  return new NotYetAnswered(1, message, 'Look before you type it again.', cause);
}

/** Whether the hub may have heard what was asked: nobody answered in time, or somebody hung up. */
function isUnderWay(error: unknown): boolean {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  return name === 'TimeoutError' || hungUp.has(cause?.code);
}

const hungUp = new Set<unknown>(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The code with which the hub said no; undefined where something else went wrong. */
export function refusalOf(error: unknown): string | undefined {
  const { code } = (error instanceof Failure ? (error.cause ?? {}) : {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function keyOf(dataFolder: string): string {
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
