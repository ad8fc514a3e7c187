import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';

import { createKeyPair } from './identity.ts';
import { signedRequest } from './signed-request.ts';

const { publicKey, secretKey } = createKeyPair();
const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
const device = 'copy:1';

/** What stands in the header. */
function readHeader({ authorization }: { readonly authorization: string }) {
  const form = /^Pos-Device device="([^"]+)", counter="(\d+)", signature="([\w-]{86})"$/;
  const [, of = '', counter = '', signature = ''] = form.exec(authorization) ?? [];
  return { of, counter, signature };
}

function fits(signature: string, ...lines: string[]): boolean {
  const text = Buffer.from(['pos-sync http', ...lines].join('\n'));
  return verify(null, text, key, Buffer.from(signature, 'base64url'));
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

it('signs everything a call says, for one hub process', () => {
  const sign = signedRequest({ device, secretKey }, 'hub-1');
  const body = '{"name":"Käse"}';
  const { of, counter, signature } = readHeader(
    sign({ method: 'post', url: '/devices?a=1', body }),
  );
  expect(of).toBe(device);
  expect(fits(signature, 'hub-1', device, 'POST', '/devices?a=1', counter, hashOf(body))).toBe(
    true,
  );
  expect(fits(signature, 'hub-2', device, 'POST', '/devices?a=1', counter, hashOf(body))).toBe(
    false,
  );
  expect(fits(signature, 'hub-1', device, 'POST', '/devices', counter, hashOf(body))).toBe(false);
  expect(fits(signature, 'hub-1', device, 'POST', '/devices?a=1', counter, hashOf(''))).toBe(false);
});

it('takes no body for an empty one', () => {
  const sign = signedRequest({ device, secretKey }, 'hub-1');
  const { counter, signature } = readHeader(sign({ method: 'GET', url: '/devices' }));
  expect(fits(signature, 'hub-1', device, 'GET', '/devices', counter, hashOf(''))).toBe(true);
});

it('counts on, whoever signs, and never behind what an earlier run of this program used', () => {
  const before = Date.now();
  const sign = signedRequest({ device, secretKey }, 'hub-1');
  const other = signedRequest({ device, secretKey }, 'hub-1');
  const counters = [sign, other, sign, other].map((one) =>
    Number(readHeader(one({ method: 'GET', url: '/devices' })).counter),
  );
  expect(counters[0]).toBeGreaterThanOrEqual(before);
  expect(counters).toEqual([...new Set(counters)].toSorted((one, two) => one - two));
});

it('goes on above the counter that a hub names, as after the clock was wrong', () => {
  const sign = signedRequest({ device, secretKey }, 'hub-1');
  const above = Date.now() + 1_000_000;
  const get = { method: 'GET', url: '/devices' };
  expect(readHeader(sign({ ...get, above })).counter).toBe(String(above + 1));
  expect(readHeader(sign(get)).counter).toBe(String(above + 2));
});
