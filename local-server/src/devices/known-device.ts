// A device as the engine's table knows it, by the names that the hub process uses.

import type { ListedDevice, RunningHub } from '@pos-sync/sync';

export type KnownDevice = NonNullable<ReturnType<RunningHub['findDevice']>>;

/** A device that the hub does not know and that asks to be let back in. */
export type Knock = RunningHub['knocks'][number];

/** A manager that was put away or shut out manages nothing. */
export function isManaging({ role, revokedAt, retiredAt }: KnownDevice | ListedDevice): boolean {
  return role === 'manager' && revokedAt === undefined && retiredAt === undefined;
}
