// The manager who puts the menu up before the shop opens.

import type { Menu } from './menu.ts';
import { ask } from './commands.ts';
import { openDevice } from './device.ts';
import { Failure } from '../failure.ts';

export interface OfficeOptions {
  readonly door: string;
  readonly menu: Menu;
  codeFor(role: string, name: string): Promise<string>;
  /** The way to close the office before it is done. */
  opened(close: () => Promise<void>): Promise<void>;
}

/** Settles when the hub has taken every item. */
export async function putMenuUp({ door, menu, codeFor, opened }: OfficeOptions): Promise<void> {
  const name = 'office';
  const { client } = await openDevice({
    name,
    door,
    hub: door,
    code: () => codeFor('manager', name),
    watch: { commandsMoved: () => undefined, rowsCame: () => undefined },
  });
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
