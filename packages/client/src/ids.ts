// Ids from `crypto.getRandomValues`, which pages served over plain http have as well. They begin with
// the time, so that what is made together lies together in the hub's indexes: a commit then writes a
// few pages instead of one for every id. Nothing reads the time out of them again.

import type { Ids } from '@pos-sync/sync';

/** In the order of their codes, which is the order databases keep. */
const digits = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
/** 36 bits of time are enough for a century of such steps. */
const timeDigits = 6;
const timeStepMs = 64;
/** 60 random bits make a clash between ids of the same step unthinkable. */
const randomDigits = 10;

/** A new id: 16 characters of letters, digits, `-` and `_`. */
export function newId(nowMs = Date.now()): string {
  let steps = Math.floor(nowMs / timeStepMs);
  let id = '';
  for (let index = 0; index < timeDigits; index += 1) {
    id = digits.charAt(steps % digits.length) + id;
    steps = Math.floor(steps / digits.length);
  }
  const random = crypto.getRandomValues(new Uint8Array(randomDigits));
  for (const byte of random) id += digits.charAt(byte % digits.length);
  return id;
}

export const randomIds: Ids = {
  next: () => newId(),
  below(bound) {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
    return random % bound;
  },
};
