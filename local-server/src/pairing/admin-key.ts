// The key with which a program on this very machine may act as the hub's owner: open a pairing
// window, and what later commands need. Whoever can read the data folder has the orders anyway, so
// a file that only its owner may read is as good a proof as any.

import { makeSecret, readSecret } from '../secret-file.ts';

export const adminKeyName = 'admin.key';

export function makeAdminKey(folder: string): string {
  return makeSecret(folder, adminKeyName);
}

/** The key of the hub that keeps its data in `folder`; undefined when no hub ever ran there. */
export function readAdminKey(folder: string): string | undefined {
  return readSecret(folder, adminKeyName);
}
