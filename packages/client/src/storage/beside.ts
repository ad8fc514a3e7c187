// A storage that can make another one beside itself: for a device that turns out to be a copy and
// gets an identity of its own. The old one is never deleted; it leads to the new one.

import type { DeviceImage, DeviceStorage } from '@pos-sync/sync';
import type { Identity } from '../identity.ts';

export interface ClientStorage extends DeviceStorage {
  /**
   * Makes a storage for `identity` that holds the rows of `image`, the journal and the commands
   * without an outcome, renumbered from 1. From the moment this settles whoever opens the old one
   * gets the new one; where it rejects, the old one holds all it held.
   */
  beside?(identity: Identity, image: DeviceImage): Promise<ClientStorage>;
}

const entriesAtOnce = 500;

/**
 * Fills a new storage with what the new identity goes on with: what `former` holds as `image` and in
 * its journal. The answered commands come first, so that the hub, which knows none of the new
 * numbers, has them offered again: it may be the only copy there is of them after a loss.
 */
export async function carryOver(
  storage: DeviceStorage,
  image: DeviceImage,
  former: Pick<DeviceStorage, 'journal'>,
): Promise<void> {
  const { rows, at, proof, view, outbox } = image;
  const none = { replace: false, puts: [], removed: [], at, proof, view, dropped: [] };
  // How many of the commands carried over the rows show.
  let lastN = 0;
  await storage.save({ ...none, replace: true, puts: rows, lastN, answered: [] });
  let entries = await former.journal(0, entriesAtOnce);
  for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
    // Only `append` gives numbers.
    const ns = await storage.append(entries.map(({ id, text }) => ({ id, text })));
    const answered = entries.map((entry, index) => ({ ...entry, n: ns[index]! }));
    lastN += entries.filter(({ n }) => n <= image.lastN).length;
    await storage.save({ ...none, lastN, answered });
    entries = await former.journal(last.n, entriesAtOnce);
  }
  if (outbox.length > 0) await storage.append(outbox.map(({ id, text }) => ({ id, text })));
}
