// What a person compares when a device asks to be let in: it stands on the device and in the hub's
// list, and is the same on both only where the hub heard this very device's key.

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Crockford's base 32: no I, L, O or U. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const signBits = 5;
const half = 4;

/** The first 40 bits of SHA-256 over the key's base64url text, as `K7Q2-M9XD`. */
export function checkCode(publicKey: string): string {
  const hash = sha256(utf8ToBytes(publicKey));
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const sign = (index: number): string =>
    signs.charAt(Number.parseInt(bits.slice(index * signBits, (index + 1) * signBits), 2));
  const code = Array.from({ length: 2 * half }, (_, index) => sign(index)).join('');
  return `${code.slice(0, half)}-${code.slice(half)}`;
}
