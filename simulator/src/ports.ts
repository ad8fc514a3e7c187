// The engine's small ports in a simulated world: real hashes, cheap signatures, seeded ids.

import { hash as digest } from 'node:crypto';
import type { Hash, Ids, Signer, Verifier } from '@pos-sync/sync';
import type { Random } from './random.ts';

export const simHash: Hash = {
  sha256: (text) => digest('sha256', text),
  hmac: (key, text) => digest('sha256', `${key}\n${text}`),
};

export function simIds(random: Random): Ids {
  const word = (): string => random.below(0x1_0000_0000).toString(16).padStart(8, '0');
  return { next: () => word() + word() + word(), below: (bound) => random.below(bound) };
}

/** Stands for Ed25519, which would take most of a run's time: the key is the secret. */
export function simSigner(key: string): Signer {
  return { publicKey: key, sign: (text) => simHash.sha256(`${key}\n${text}`) };
}

export const simVerifier: Verifier = {
  verify: (publicKey, text, signature) => signature === simHash.sha256(`${publicKey}\n${text}`),
};
