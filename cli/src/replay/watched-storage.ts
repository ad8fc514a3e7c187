// A device's storage with a look at what passes through: which commands are saved and have no outcome
// yet, and which rows are new. The storage below does all the work.

import type { openClient } from '@pos-sync/client';

import { nowMs } from './messages.ts';

export type DeviceStorage = Parameters<typeof openClient>[0]['storage'];

export interface WatchedStorage extends DeviceStorage {
  /** When each command without an outcome was saved; 0 for those that lay there from before. */
  readonly unanswered: ReadonlyMap<string, number>;
}

export interface StorageWatch {
  /** Commands were saved or got their outcomes. */
  commandsMoved(): void;
  /** Rows under these keys were confirmed by the hub. */
  rowsCame(keys: readonly string[]): void;
}

export function watchStorage(storage: DeviceStorage, watch: StorageWatch): WatchedStorage {
  const unanswered = new Map<string, number>();
  return {
    unanswered,
    async load() {
      const image = await storage.load();
      for (const { id } of image.outbox) unanswered.set(id, 0);
      return image;
    },
    async append(commands) {
      const ns = await storage.append(commands);
      const savedMs = nowMs();
      for (const { id } of commands) unanswered.set(id, savedMs);
      watch.commandsMoved();
      return ns;
    },
    async save(change) {
      await storage.save(change);
      for (const { id } of change.answered) unanswered.delete(id);
      if (change.answered.length > 0) watch.commandsMoved();
      if (change.puts.length > 0) watch.rowsCame(change.puts.map(({ key }) => key));
    },
    journal: (after, limit) => storage.journal(after, limit),
    close: () => storage.close(),
  };
}
