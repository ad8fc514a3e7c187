// The engine's small ports over what Node brings: clock, ids, hashes, Ed25519 signatures.

import { createHmac, createPublicKey, hash, randomBytes, randomInt, verify } from 'node:crypto';
import type { Clock, Hash, Ids, Verifier } from '@pos-sync/sync';

export const nodeHash: Hash = {
  sha256: (text) => hash('sha256', text),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};

const idBytes = 16;
let pool = Buffer.alloc(0);

/** Random bytes are drawn a page at a time: one call into the system for 256 ids. */
function drawId(): string {
  if (pool.length < idBytes) pool = randomBytes(idBytes * 256);
  const id = pool.toString('hex', 0, idBytes);
  pool = pool.subarray(idBytes);
  return id;
}

export const nodeIds: Ids = {
  next: drawId,
  below: (bound) => randomInt(bound),
};

export const nodeClock: Clock = {
  now: () => ({ monoMs: performance.now(), wallMs: Date.now() }),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};

/** DER head of an Ed25519 public key, RFC 8410; the 32 bytes of the key follow. */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex');

export const nodeVerifier: Verifier = {
  verify(publicKey, text, signature) {
    const bytes = Buffer.from(publicKey, 'base64url');
    if (bytes.length !== 32) return false;
    try {
      const der = Buffer.concat([ed25519Head, bytes]);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      return verify(undefined, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
    } catch {
      // Not every 32 bytes are a key, and not every text is a signature.
      return false;
    }
  },
};
