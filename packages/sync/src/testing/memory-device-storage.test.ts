import { expect, it } from 'vitest';

import { deviceStorageContract } from './device-storage-contract.ts';
import { MemoryDeviceStorage } from './memory-device-storage.ts';

deviceStorageContract(
  'The storage in plain JavaScript',
  () => {
    let storage = new MemoryDeviceStorage();
    const reopen = () => {
      storage = storage.crash();
      return Promise.resolve(storage);
    };
    return Promise.resolve({ storage, reopen, dispose: () => Promise.resolve() });
  },
  300,
);

const command = (id: string) => ({ id, text: `{"id":"${id}"}` });

it('loses what the disk was not done with, and nothing else', async () => {
  const disk: (() => void)[] = [];
  const storage = new MemoryDeviceStorage((run) => disk.push(run));
  const saved: number[] = [];
  for (const id of ['a', 'b', 'c']) {
    void storage.append([command(id)]).then((ns) => saved.push(...ns));
  }
  disk.shift()?.();
  const again = storage.crash(1).clone((run) => run());
  while (disk.length > 0) disk.shift()?.();
  const { outbox } = await again.load();
  expect(outbox.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(saved).toEqual([1]);
});

it('keeps a clone apart from its original', async () => {
  const storage = new MemoryDeviceStorage();
  await storage.append([command('a')]);
  const clone = storage.clone();
  await storage.append([command('b')]);
  expect(await clone.append([command('c')])).toEqual([2]);
  expect((await clone.load()).outbox.map(({ id }) => id)).toEqual(['a', 'c']);
  expect((await storage.load()).outbox.map(({ id }) => id)).toEqual(['a', 'b']);
});
