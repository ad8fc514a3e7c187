import { createPublicKey, verify } from 'node:crypto';
import type { Verifier } from '@pos-sync/sync';
import {
  clockContract,
  idsContract,
  signerContract,
  verifierContract,
} from '@pos-sync/sync/testing';

import { systemClock } from './clock.ts';
import { createKeyPair, signerOf } from './identity.ts';
import { randomIds } from './ids.ts';

/** Another implementation of Ed25519 than the one that signs. */
const nodeVerifier: Verifier = {
  verify(publicKey, text, signature) {
    try {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
        format: 'jwk',
      });
      return verify(undefined, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
    } catch {
      return false;
    }
  },
};

idsContract('The ids of a device', randomIds);
clockContract('The clock of a device', systemClock);
verifierContract('The verifier of this test', nodeVerifier);
signerContract('The signer of a device', () => signerOf(createKeyPair().secretKey), nodeVerifier);
