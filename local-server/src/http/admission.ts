// Who sends a request, and whether they may: the box by the key in its data folder, a device by its
// signature, a program by the token it made itself. Being on the WiFi grants nothing.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

import type { KnownDevice } from '../devices/known-device.ts';
import type { DeviceRole } from '../pairing/wanted.ts';
import { bodyHashOf } from './body.ts';
import { isThisMachine } from './host.ts';
import { type Refused, refuse } from './refusal.ts';
import { readSignature, signedText } from './signature.ts';

/** `box`: a program on this machine that can read the data folder; it may do all a manager may. */
export type Who = 'everybody' | 'box' | 'manager' | readonly DeviceRole[];

export type Caller =
  | { readonly kind: 'box' }
  | { readonly kind: 'device'; readonly device: KnownDevice };

export type Admission = (request: FastifyRequest, who: Who) => Caller | Refused;

export interface AdmissionOptions {
  /** The id of this hub process, as `GET /pairing` says it. */
  readonly hub: string;
  readonly adminKey: string;
  /** There is a manager who may manage. */
  isClaimed(): boolean;
  findDevice(device: string): KnownDevice | undefined;
  /** The device whose own token has this hash. */
  findBearer(hash: string): KnownDevice | undefined;
  verify(publicKey: string, text: string, signature: string): boolean;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const counters = new Map<string, number>();
  return (request, who) => {
    const authorization = request.headers.authorization ?? '';
    const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1];
    const isBox = bearer !== undefined && isSame(bearer, options.adminKey);
    if (isBox)
      return isThisMachine(request.socket.remoteAddress) ? { kind: 'box' } : refusals.onlyHere;
    const isClosed = who === 'manager' && !options.isClaimed();
    if (bearer === undefined && isClosed) return refusals.notClaimed;
    const found =
      bearer === undefined
        ? signedBy(request, authorization, options, counters)
        : bearing(request, bearer, options);
    if ('refused' in found) return found;
    if (isClosed) return refusals.notClaimed;
    return whyNot(found, who) ?? { kind: 'device', device: found };
  };
}

/** Nobody else on the network can read what travels here. */
export function isPrivate(request: FastifyRequest): boolean {
  return request.protocol === 'https' || isThisMachine(request.socket.remoteAddress);
}

/** As the table of devices keeps a program's token. */
function bearerHashOf(bearer: string): string {
  return createHash('sha256').update(bearer).digest('hex');
}

/** Compared as hashes: both are then of one length, and the time taken says nothing. */
function isSame(one: string, other: string): boolean {
  const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashed(one), hashed(other));
}

function signedBy(
  request: FastifyRequest,
  authorization: string,
  { hub, findDevice, verify }: AdmissionOptions,
  counters: Map<string, number>,
): KnownDevice | Refused {
  if (authorization === '') return refusals.notSigned;
  const signed = readSignature(authorization);
  if (signed === undefined) return refusals.wrongSignature;
  const { counter, signature } = signed;
  const device = findDevice(signed.device);
  if (device === undefined) return refusals.unknownDevice;
  const { method, url = '' } = request.raw;
  const of = { hub, device: device.device, counter };
  const call = { ...of, method: method ?? '', url, bodyHash: bodyHashOf(request) };
  if (!verify(device.publicKey, signedText(call), signature)) return refusals.wrongSignature;
  const last = counters.get(device.device) ?? -1;
  if (counter <= last) return refusals.oldCounter(last);
  counters.set(device.device, counter);
  return device;
}

function bearing(
  request: FastifyRequest,
  bearer: string,
  { findBearer }: AdmissionOptions,
): KnownDevice | Refused {
  if (!isPrivate(request)) return refusals.bearerOnlyHere;
  return findBearer(bearerHashOf(bearer)) ?? refusals.wrongKey;
}

function whyNot(device: KnownDevice, who: Who): Refused | undefined {
  if (device.revokedAt !== undefined) return refusals.revoked;
  if (device.retiredAt !== undefined) return refusals.retired;
  const roles: readonly string[] = typeof who === 'string' ? [who] : who;
  // No device is the box.
  return who !== 'box' && roles.includes(device.role) ? undefined : refusals.forbidden(device.role);
}

const askManager = 'Ask a manager.';

export const refusals = {
  onlyHere: refuse(
    403,
    'ONLY_HERE',
    'The key of this hub counts only on the machine the hub runs on.',
    'Run this on that machine, with the address http://127.0.0.1.',
  ),
  notClaimed: refuse(
    403,
    'NOT_CLAIMED',
    'Nobody manages this hub yet, so nobody may do this from a device.',
    'Let the first manager in with the claim code: the hub shows it where it was started, or keeps it as claim-code in its data folder.',
  ),
  notSigned: refuse(
    401,
    'NOT_SIGNED',
    'This request does not say who sends it.',
    'Sign it as a device of this shop, as docs/door.md says.',
  ),
  wrongKey: refuse(
    401,
    'WRONG_KEY',
    'This request does not carry the key of this hub or of one of its programs.',
    'Send the content of admin.key in the hub’s data folder as a bearer, or a program’s own token.',
  ),
  bearerOnlyHere: refuse(
    403,
    'BEARER_ONLY_HERE',
    'A token that anybody on this WiFi can read is not taken.',
    'Run the program on the machine the hub runs on, or sign its requests.',
  ),
  unknownDevice: refuse(
    401,
    'UNKNOWN_DEVICE',
    'The hub does not know this device.',
    'Ask a manager to let it in, or to let it back in.',
  ),
  wrongSignature: refuse(
    401,
    'WRONG_SIGNATURE',
    'The signature of this request does not fit what it says.',
    'Ask GET /pairing for the hub’s id again: it is another one after each start. Then sign anew.',
  ),
  oldCounter: (last: number): Refused => {
    const { refused } = refuse(
      401,
      'OLD_COUNTER',
      `This device has already used the counter ${last}.`,
      'Sign the request anew with a higher counter, and send one request after the other.',
    );
    return { refused: { ...refused, last } };
  },
  revoked: refuse(403, 'REVOKED', 'A manager has shut this device out.', askManager),
  retired: refuse(403, 'RETIRED', 'A manager has put this device away.', askManager),
  forbidden: (role: string) =>
    refuse(403, 'FORBIDDEN', `A device of the role ${role} may not do this.`, askManager),
};
