// Random ids from `crypto.getRandomValues`, which pages served over plain http have as well.

import type { Ids } from '@pos-sync/sync';
import { toBase64url } from './base64url.ts';

/** 96 bits make a clash between all ids a shop will ever make unthinkable. */
const idBytes = 12;

/** A new id: 16 characters of letters, digits, `-` and `_`. */
export function newId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(idBytes)));
}

export const randomIds: Ids = {
  next: newId,
  below(bound) {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
    return random % bound;
  },
};
