// A storage that can make another one beside itself: for a device that turns out to be a copy and
// gets an identity of its own. The old one is never deleted; it leads to the new one.

import type { DeviceImage, DeviceStorage } from '@pos-sync/sync';
import type { Identity } from '../identity.ts';

export interface ClientStorage extends DeviceStorage {
  /**
   * Makes a storage for `identity` that holds the rows of `image` and its commands without an
   * outcome, renumbered from 1. From the moment this settles whoever opens the old one gets the new
   * one; where it rejects, nothing has changed.
   */
  beside?(identity: Identity, image: DeviceImage): Promise<ClientStorage>;
}

/** Fills a new storage with what the new identity goes on with. */
export async function carryOver(storage: DeviceStorage, image: DeviceImage): Promise<void> {
  const { rows, at, proof, view, outbox } = image;
  const place = { at, lastN: 0, proof, view };
  await storage.save({
    replace: true,
    puts: rows,
    removed: [],
    ...place,
    answered: [],
    dropped: [],
  });
  await storage.append(outbox.map(({ id, text }) => ({ id, text })));
}
