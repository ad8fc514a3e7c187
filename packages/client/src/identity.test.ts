import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';

import { ClientError } from './client-error.ts';
import { type Fetch, createKeyPair, join, signerOf } from './identity.ts';
import { newId } from './ids.ts';

const paired = { store: 's1', device: 'd1', name: 'Tablet 3', letter: 'C', role: 'entry' };

/** A hub that knows one code and says what it was sent. */
function pairingHub(code: string) {
  const asked: string[] = [];
  const answer = (ok: boolean, body: unknown) =>
    Promise.resolve({ ok, json: () => Promise.resolve(body) });
  const fetch: Fetch = (url, options) => {
    asked.push(`${url} ${options?.body ?? ''}`);
    if (options === undefined) return answer(true, { hub: 'hub1', store: 's1' });
    const { proof, ...said } = JSON.parse(options.body) as Record<string, string>;
    const { publicKey, bearerHash } = said;
    const text = ['hub1', publicKey, bearerHash].filter((part) => part !== undefined).join('\n');
    const expected = createHmac('sha256', code).update(text).digest('hex');
    if (proof === expected) return answer(true, paired);
    return answer(false, { code: 'WRONG_CODE', message: 'Wrong code.', fix: 'Ask again.' });
  };
  return { fetch, asked };
}

it('signs what node:crypto verifies', () => {
  const { publicKey, secretKey } = createKeyPair();
  const signer = signerOf(secretKey);
  expect(signer.publicKey).toBe(publicKey);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  const text = 'pos-sync hello\nKäse';
  expect(verify(null, Buffer.from(text), key, Buffer.from(signer.sign(text), 'base64url'))).toBe(
    true,
  );
});

it('joins with the code however it is typed, and never sends it', async () => {
  const hub = pairingHub('K7PQ2MXA');
  const identity = await join('http://192.168.1.100:8080/', ' k7pq-2mxa', hub.fetch);
  expect(identity).toMatchObject(paired);
  expect(signerOf(identity.secretKey).publicKey).toMatch(/^[\w-]{43}$/);
  expect(hub.asked.map((request) => request.split(' ')[0])).toEqual([
    'http://192.168.1.100:8080/pairing',
    'http://192.168.1.100:8080/pairing/join',
  ]);
  expect(hub.asked.join('\n').toUpperCase()).not.toContain('K7PQ');
  expect(hub.asked.join('\n')).not.toContain(identity.secretKey);
});

it('makes a bearer when asked to, and tells the hub nothing but its hash', async () => {
  const hub = pairingHub('K7PQ2MXA');
  const { bearer = '' } = await join('http://hub', 'K7PQ2MXA', hub.fetch, { bearer: true });
  expect(bearer).toMatch(/^[\w-]{43}$/);
  const hash = createHash('sha256').update(bearer).digest('hex');
  expect(hub.asked[1]).toContain(`"bearerHash":"${hash}"`);
  expect(hub.asked.join('\n')).not.toContain(bearer);
  const without = pairingHub('K7PQ2MXA');
  expect(await join('http://hub', 'K7PQ2MXA', without.fetch)).not.toHaveProperty('bearer');
  expect(without.asked.join('\n')).not.toContain('bearer');
});

it('passes on what the hub says', async () => {
  const failure = join('http://hub', 'AAAA', pairingHub('BBBB').fetch);
  await expect(failure).rejects.toThrow(ClientError);
  await expect(failure).rejects.toMatchObject({
    code: 'WRONG_CODE',
    message: 'Wrong code.',
    fix: 'Ask again.',
  });
});

it('tells a hub that is away from something that is no hub', async () => {
  const away: Fetch = () => Promise.reject(new TypeError('fetch failed'));
  await expect(join('http://hub', 'A', away)).rejects.toMatchObject({ code: 'HUB_AWAY' });
  const page = { ok: true, json: () => Promise.reject(new SyntaxError('<html>')) };
  await expect(join('http://hub', 'A', () => Promise.resolve(page))).rejects.toMatchObject({
    code: 'NOT_A_HUB',
  });
});

it('joins at an address as a person types it, and refuses what is none before asking anybody', async () => {
  const asked: string[] = [];
  const away: Fetch = (url) => {
    asked.push(url);
    return Promise.reject(new TypeError('fetch failed'));
  };
  await expect(join(' 192.168.1.100:8080 ', 'A', away)).rejects.toMatchObject({ code: 'HUB_AWAY' });
  await expect(join('K7PQ 2MXA', 'A', away)).rejects.toMatchObject({ code: 'BAD_ADDRESS' });
  expect(asked).toEqual(['http://192.168.1.100:8080/pairing']);
});

it('makes ids that the wire takes and that do not repeat', () => {
  const ids = Array.from({ length: 2_000 }, () => newId(0));
  for (const id of ids) expect(id).toMatch(/^[\w-]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

it('makes ids in the order of time, from now to the end of the century', () => {
  const timesMs = [0, 64, Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 22, 0, 0, 1), Date.UTC(2099)];
  const ids = timesMs.map((timeMs) => newId(timeMs));
  expect(ids.toSorted()).toEqual(ids);
});
