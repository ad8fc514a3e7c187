// The code a person reads from one screen and types into another. Eight of 32 signs are 40 bits:
// with five tries in five minutes a guess succeeds once in two hundred thousand million windows.

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

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

/** What a device sends instead of the code: it can be checked, and the code not be read from it. */
export function proofOf(code: string, hub: string, publicKey: string): string {
  return createHmac('sha256', code).update(`${hub}\n${publicKey}`).digest('hex');
}

/** In constant time, so that the answer's delay says nothing about how near a guess was. */
export function isSameProof(one: string, other: string): boolean {
  const left = Buffer.from(one, 'utf8');
  const right = Buffer.from(other, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
