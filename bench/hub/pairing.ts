// Devices of the bench are paired the way a shop's are: a window, its code, a proof. Only the keys
// are made with node:crypto instead of the browser's library.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import { readAdminKey } from '@pos-sync/local-server';
import { callHub } from '../../cli/src/hub-door.ts';
import { proofOf } from '../../local-server/src/pairing/code.ts';
import type { HubProcess } from './hub-process.ts';

export interface BenchDevice {
  readonly store: string;
  readonly device: string;
  readonly letter: string;
  readonly role: string;
  readonly privateKey: KeyObject;
}

/** The hub keeps at most 16 windows open. */
const atOnce = 8;
const answerWithinMs = 20_000;

export async function pairDevices(
  hub: Pick<HubProcess, 'port' | 'folder'>,
  role: string,
  count: number,
): Promise<BenchDevice[]> {
  const key = readAdminKey(hub.folder);
  if (key === undefined) throw new Error(`there is no admin key in ${hub.folder}`);
  const address = `http://127.0.0.1:${hub.port}`;
  const { hub: hubId } = await ask<{ hub: string }>(address, '/pairing');
  const devices: BenchDevice[] = [];
  while (devices.length < count) {
    const names = Array.from(
      { length: Math.min(atOnce, count - devices.length) },
      (_, index) => `${role} ${devices.length + index + 1}`,
    );
    const paired = names.map((name) => pairOne(address, { key, hubId, role, name }));
    devices.push(...(await Promise.all(paired)));
  }
  return devices;
}

async function pairOne(
  address: string,
  wanted: { key: string; hubId: string; role: string; name: string },
): Promise<BenchDevice> {
  const { key, hubId, role, name } = wanted;
  const { code } = await ask<{ code: string }>(address, '/pairing/windows', { role, name }, key);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  const joined = await ask<Omit<BenchDevice, 'privateKey'>>(address, '/pairing/join', {
    publicKey: raw,
    proof: proofOf(code, hubId, raw),
  });
  return { ...joined, privateKey };
}

async function ask<T>(address: string, path: string, body?: object, key?: string): Promise<T> {
  const call = {
    method: body === undefined ? 'GET' : 'POST',
    path,
    body: body && JSON.stringify(body),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    withinMs: answerWithinMs,
  } as const;
  return (await callHub(address, call)) as T;
}
