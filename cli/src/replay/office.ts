// The manager who puts the menu up before the shop opens.

import type { Identity } from '@pos-sync/client';

import type { Menu } from './menu.ts';
import { ask } from './commands.ts';
import { openDevice } from './device.ts';
import { Failure } from '../failure.ts';

export interface OfficeOptions {
  readonly hub: string;
  readonly menu: Menu;
  /** As a manager. */
  letIn(): Promise<Identity>;
  /** The way to close the office before it is done. */
  opened(close: () => Promise<void>): Promise<void>;
}

export const officeName = 'office';

/** Settles when the hub has taken every item. */
export async function putMenuUp({ hub, menu, letIn, opened }: OfficeOptions): Promise<void> {
  const { client } = await openDevice({ name: officeName, hub, letIn });
  await opened(() => client.close());
  try {
    const given = menu.items.map((item) => {
      const command = ask.putItem(item);
      return client.give(command.name, command.args).accepted;
    });
    for (const { outcome, message = '' } of await Promise.all(given)) {
      if (outcome === 'ok') continue;
      throw new Failure(1, `The hub did not take the menu: ${message}`, 'Report this.');
    }
  } finally {
    await client.close();
  }
}
