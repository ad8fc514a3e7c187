// Devices of a standing door that take orders: each gives its commands over its socket, one after the
// other, and waits for what the hub decides.

import type { Decided } from '@pos-sync/sync';

import type { openStandingDoor, TestDevice } from './standing-door.ts';

export type Door = Awaited<ReturnType<typeof openStandingDoor>>;

export interface Hand {
  readonly device: TestDevice;
  give(name: string, args: object): Promise<Decided>;
  /** Says that everything up to now is on its screen. */
  show(stations: readonly string[]): Promise<void>;
  leave(): void;
}

export async function openHand(door: Door, role: string, name: string): Promise<Hand> {
  return connectHand(door, await door.letIn(role, name));
}

/** Its commands are counted from 1: for a device that has given none. */
export async function connectHand(door: Door, device: TestDevice): Promise<Hand> {
  const socket = await device.connect(door.address);
  await socket.until('welcome');
  let n = 0;
  return {
    device,
    async give(command, args) {
      n += 1;
      const id = `${device.device}.${n}`;
      const one = { n, id, name: command, v: 1, args, madeAt: Date.now(), base: 0 };
      socket.frames.splice(0);
      socket.say({ type: 'push', commands: [one] });
      const { outcomes } = (await socket.until('outcomes')) as { outcomes: Decided[] } & object;
      const [decided] = outcomes;
      if (decided?.id !== id) throw new Error(`the hub did not answer ${command}`);
      return decided;
    },
    async show(stations) {
      const { epoch, seq } = door.engine.running.status.at;
      socket.frames.splice(0);
      socket.say({ type: 'seen', epoch, seq, stations });
      await socket.until('changes');
    },
    leave: () => socket.close(),
  };
}

const soup = { item: 'soup', version: 'v1', choices: [], shownMinor: 500 };

export async function putSoup(manager: Hand): Promise<void> {
  const price = { version: 'v1', priceMinor: 500, choices: {} };
  await manager.give('menu.put', { item: 'soup', name: 'Soup', station: 'kitchen', ...price });
}

/** Opens an order with one line of soup for each quantity, and sends it. */
export async function serve(
  till: Hand,
  order: string,
  count: number,
  quantities: readonly number[] = [1],
): Promise<void> {
  await till.give('order.open', { order, number: { letter: 'B', count } });
  for (const [index, quantity] of quantities.entries()) {
    await till.give('order.addLine', { order, line: `l${index + 1}`, quantity, ...soup });
  }
  await till.give('order.send', { order });
}

export async function payAndClose(till: Hand, order: string, amountMinor: number): Promise<void> {
  await till.give('payment.take', { payment: 'p1', order, tender: 'cash', amountMinor });
  await till.give('order.close', { order, expectedTotalMinor: amountMinor });
}
