// Whoever gives a command as the hub hears how it came out, or that this hub will not say.

import { expect, it } from 'vitest';

import { StoreFault } from '../ports/store.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { notesDomain } from '../testing/notes-domain.ts';
import { rigHash, rigIds, rigVerifier } from '../testing/rig-ports.ts';
import { HubStopped, runHub } from './run.ts';

/** A store whose disk fails for good once it was opened. */
class BrokenStore extends MemoryStore {
  override commit(): void {
    throw new StoreFault('broken', 'The disk is gone.');
  }
}

it('tells everybody who waits for a command that the hub has ended [C8]', async () => {
  const due: (() => void)[] = [];
  const exits: string[] = [];
  const config = {
    domain: notesDomain(),
    hash: rigHash,
    ids: rigIds('hub'),
    verifier: rigVerifier,
    hub: 'hub-1',
    stampKey: 'stamp key',
    addresses: () => [],
  };
  const hub = runHub(config, {
    store: new BrokenStore(),
    channel: { send: () => undefined, close: () => undefined },
    clock: {
      now: () => ({ monoMs: 0, wallMs: 0 }),
      after: () => () => undefined,
      soon: (run) => void due.push(run),
    },
    exit: (message) => void exits.push(message),
  });
  const given = ['one', 'two'].map((id) => hub.give(id, 'day.turn', { day: '2026-01-01' }));
  for (let run = due.shift(); run !== undefined; run = due.shift()) run();
  expect(exits).toEqual(['The disk is gone.']);
  given.push(hub.give('late', 'day.turn', { day: '2026-01-02' }));
  for (const one of given) await expect(one).rejects.toBeInstanceOf(HubStopped);
});
