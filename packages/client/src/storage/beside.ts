// A storage that can make another one beside itself: for a device that turns out to be a copy and
// gets an identity of its own. The old one is never deleted; it leads to the new one.

import type { DeviceImage, DeviceStorage } from '@pos-sync/sync';
import type { Identity } from '../identity.ts';

/** What the hub's table says of a device and managers may change. */
export type DeviceRecord = Pick<Identity, 'name' | 'letter' | 'role'>;

export interface ClientStorage extends DeviceStorage {
  /** Changes the identity that the storage holds, where it holds one: the next start begins with it. */
  keepRecord?(record: DeviceRecord): Promise<void>;
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
 * its journal, in the order it was made in. The hub, which knows none of the new numbers, has what
 * was answered offered again: it may be the only copy there is of it after a loss.
 */
export async function carryOver(
  storage: DeviceStorage,
  image: DeviceImage,
  former: Pick<DeviceStorage, 'journal'>,
): Promise<void> {
  const { rows, at, proof, view, outbox } = image;
  const none = { replace: false, puts: [], removed: [], at, proof, view, dropped: [] };
  // The new number of the last command that the rows show.
  let lastN = 0;
  await storage.save({ ...none, replace: true, puts: rows, lastN, answered: [] });
  for (let after = 0, through = 0; through < Infinity; after = through) {
    const entries = await former.journal(after, entriesAtOnce);
    through = entries.length < entriesAtOnce ? Infinity : entries.at(-1)!.n;
    const unanswered = outbox.filter(({ n }) => n > after && n <= through);
    const held = [...entries, ...unanswered].toSorted((one, other) => one.n - other.n);
    if (held.length === 0) return;
    // Only `append` gives numbers.
    const ns = await storage.append(held.map(({ id, text }) => ({ id, text })));
    const nOf = new Map(held.map(({ id }, index) => [id, ns[index]!]));
    const answered = entries.map((entry) => ({ ...entry, n: nOf.get(entry.id)! }));
    // What has no outcome may stand at a number that the hub counted for the other device.
    const shown = entries.findLast(({ n }) => n <= image.lastN);
    if (shown !== undefined) lastN = nOf.get(shown.id)!;
    await storage.save({ ...none, lastN, answered });
  }
}
