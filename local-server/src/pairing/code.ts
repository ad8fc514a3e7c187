// The code a person reads from one screen and types into another. Eight of 32 signs are 40 bits: too
// many to guess at the door. Whoever overhears a proof can find its code with much computing.

import { createHmac, hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, so that nothing reads as a 1, a 0 or a word. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;

/** A code without three equal signs in a row and without four that count up or down. */
export function newCode(): string {
  for (;;) {
    const code = Array.from({ length: codeLength }, () => signs.charAt(randomInt(32))).join('');
    if (!isTrivial(code)) return code;
  }
}

export function isTrivial(code: string): boolean {
  const places = Array.from(code, (sign) => signs.indexOf(sign));
  const steps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
  return steps.some((step, index) => {
    const next = steps[index + 1];
    if (step === 0) return next === 0;
    return Math.abs(step) === 1 && next === step && steps[index + 2] === step;
  });
}

/** People type it behind a command, where a dash at its head would make a flag of it. */
export function newDeviceId(): string {
  const device = randomBytes(12).toString('base64url');
  return device.startsWith('-') ? newDeviceId() : device;
}

/**
 * What a device sends instead of the code: it can be checked, and the code not be read from it. A
 * program's own token is covered as well, so that nobody on the way puts in another.
 */
export function proofOf(code: string, hub: string, publicKey: string, bearerHash?: string): string {
  const said = [hub, publicKey, ...(bearerHash === undefined ? [] : [bearerHash])];
  return createHmac('sha256', code).update(said.join('\n')).digest('hex');
}

/**
 * What a person compares when a device asks to be let back in: the first 40 bits of SHA-256 over
 * its public key as it is written, as `K7Q2-M9XD`. The device shows the same.
 */
export function checkCode(publicKey: string): string {
  const head = hash('sha256', publicKey).slice(0, (codeLength * 5) / 4);
  let bits = BigInt(`0x${head}`);
  let code = '';
  for (let place = 0; place < codeLength; place += 1) {
    code = signs.charAt(Number(bits % 32n)) + code;
    bits /= 32n;
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** In constant time, so that the answer's delay says nothing about how near a guess was. */
export function isSameProof(one: string, other: string): boolean {
  const left = Buffer.from(one, 'utf8');
  const right = Buffer.from(other, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
