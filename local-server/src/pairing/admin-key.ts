// The key with which a program on this very machine may act as the hub's owner: open a pairing
// window, and what later commands need. Whoever can read the data folder has the orders anyway, so
// a file that only its owner may read is as good a proof as any.

import { existsSync } from 'node:fs';
import path from 'node:path';

import { makeSecret, readSecret, stampKeyName } from '../secret-file.ts';
import { lockName } from '../store/schema.ts';

export const adminKeyName = 'admin.key';

export function makeAdminKey(folder: string): string {
  return makeSecret(folder, adminKeyName);
}

/** The key of the hub that keeps its data in `folder`; undefined when there is none. */
export function readAdminKey(folder: string): string | undefined {
  return readSecret(folder, adminKeyName);
}

/** Whether a hub has worked with `folder`: then a key that is not there was lost. */
export function didHubRun(folder: string): boolean {
  return [lockName, stampKeyName].some((name) => existsSync(path.join(folder, name)));
}
