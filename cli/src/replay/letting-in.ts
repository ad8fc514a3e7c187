// How a device of the replay comes in, and how whoever asks a hub much waits where that is too much.

import { ClientError, type Identity, join } from '@pos-sync/client';

import { refusalOf } from '../hub-door.ts';

const tryAgainMs = 1_000;

/** From another machine a hub lets in one device in two seconds, once ten have come. */
export function letIn(door: string, code: string): Promise<Identity> {
  return patiently(() => join(door, code, fetch));
}

/** Asks again for as long as the hub says that it was asked too often. */
export async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const code = error instanceof ClientError ? error.code : refusalOf(error);
      if (code !== 'TOO_OFTEN') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
  }
}
