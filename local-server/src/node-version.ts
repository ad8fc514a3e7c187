// Which Node this needs: an older one has no SQLite of its own, or one that can lose orders.

import { isOlder } from './store/medium.ts';

export const nodeMinimum = '24.15';

/** Whether the one that runs this is new enough. */
export function isNodeNewEnough(): boolean {
  return !isOlder(process.versions.node, nodeMinimum);
}
