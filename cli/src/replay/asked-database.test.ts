// Which orders a replay takes for past is the word of the hub, whose day need not be that of the machine
// that replays.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { askHub, openPairingWindow } from '../hub-door.ts';
import { askDatabase } from './asked-database.ts';
import { ask } from './commands.ts';
import { openDevice } from './device.ts';
import { startHub } from './hub-process.ts';
import { letIn } from './letting-in.ts';

it('counts an order as past from when the hub turns its day, whatever the day is here', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-asked-'));
  const hub = await startHub(path.join(folder, 'data'));
  try {
    const { code } = await openPairingWindow(hub, { role: 'manager', name: 'Office' });
    const enter = () => letIn(hub.address, code);
    const { client } = await openDevice({ name: 'Office', hub: hub.address, letIn: enter });
    const give = async (name: string, args: object): Promise<void> =>
      expect(await client.give(name, args).accepted).toMatchObject({ outcome: 'ok' });
    const { letter } = client.identity;
    for (const one of [ask.openOrder('guest', letter, 1), ask.closeOrder('guest', 0)]) {
      await give(one.name, one.args);
    }
    // It holds nothing, so that only the day says what is past.
    const told = { name: 'auditor', seq: undefined, epoch: undefined, rows: [] };
    const held = async (): Promise<number[]> => {
      const answered = await askDatabase(
        (method, route, body) => askHub(hub, method, route, body),
        ['guest'],
        told,
      );
      return [answered.rows.length, answered.archived.length];
    };
    expect(await held()).toEqual([1, 0]);
    await give('day.turn', { day: '2099-01-01' });
    await client.close();
    expect(await held()).toEqual([0, 1]);
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
