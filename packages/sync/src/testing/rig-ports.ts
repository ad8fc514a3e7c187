// The engine's small ports for tests: real hashes, countable ids, and signatures that cost nothing.

import { createHmac, hash } from 'node:crypto';
import type { Hash } from '../ports/hash.ts';
import type { Ids } from '../ports/ids.ts';
import type { Signer, Verifier } from '../ports/signature.ts';

export const rigHash: Hash = {
  sha256: (text) => hash('sha256', text),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};

/** Ids that tell where they come from; jitter is always the least there is. */
export function rigIds(name: string): Ids {
  let given = 0;
  return {
    next() {
      given += 1;
      return `${name}.${given}`;
    },
    below: () => 0,
  };
}

/** Stands for Ed25519: whoever knows the key can sign, and the key of a device is its name. */
export function rigSigner(device: string): Signer {
  return { publicKey: `key:${device}`, sign: (text) => rigHash.hmac(`key:${device}`, text) };
}

export const rigVerifier: Verifier = {
  verify: (publicKey, text, signature) => rigHash.hmac(publicKey, text) === signature,
};
