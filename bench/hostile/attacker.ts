// Somebody who means harm, in a process of their own: it takes only what hub and measurement leave
// of this machine, as one with a machine of their own takes nothing of it.

import { type ChildProcess, fork } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

import type { BenchDevice } from '../hub/pairing.ts';
import { attacks } from './attacks.ts';

interface Plan {
  readonly name: string;
  readonly address: string;
  readonly device: Omit<BenchDevice, 'privateKey'>;
  readonly key: string;
}

/** Begins an attack; the function it returns ends it, and answers how many acts there were. */
export async function attack(
  name: string,
  address: string,
  { privateKey, ...device }: BenchDevice,
): Promise<() => Promise<number>> {
  const child: ChildProcess = fork(import.meta.filename);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const plan: Plan = { name, address, device, key };
  child.send(plan);
  await once(child, 'message');
  return async () => {
    child.send('stop');
    const [acts] = (await once(child, 'message')) as [number];
    child.kill('SIGKILL');
    return acts;
  };
}

function begin({ name, address, device, key }: Plan): void {
  const found = attacks[name];
  if (found === undefined) throw new Error(`there is no attack "${name}"`);
  const target = { address, device: { ...device, privateKey: createPrivateKey(key) } };
  let begun = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      begun += 1;
      // What the hub cuts off in the middle is an act as well.
      await found.act(target, begun).catch(() => undefined);
      done += 1;
    }
  };
  for (let hand = 0; hand < found.hands; hand += 1) void work();
  process.on('message', () => process.send?.(done));
  process.send?.('begun');
}

if (import.meta.main) {
  setPriority(constants.priority.PRIORITY_LOW);
  process.once('message', (plan) => begin(plan as Plan));
}
