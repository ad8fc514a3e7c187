// Who stays when too many are at the door. Paired devices keep their places: those who have not said
// hello go first, and of them the one that waited longest of the address that crowds most.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { isThisMachine } from '../http/host.ts';

/** Connections of every kind, HTTP and WebSocket. */
export const connectionsMax = 512;
/** WebSockets without a hello; those of the hub's own machine are not counted. */
export const strangersMax = { ofAddress: 8, inAll: 64 };

export interface Guest {
  readonly address: string;
  readonly isPaired: boolean;
}

/** Whether one more WebSocket from `address` may come in and say hello. */
export function mayEnter(address: string, present: readonly Guest[]): boolean {
  if (isThisMachine(address)) return true;
  const near = present.filter((one) => !one.isPaired && one.address === address);
  return near.length < strangersMax.ofAddress;
}

/**
 * Who of `present`, oldest first, goes for one more from `address` that may enter: strangers from
 * many addresses must not keep a device out that would say its hello at once.
 */
export function whoMakesRoom<Present extends Guest>(
  address: string,
  present: readonly Present[],
): Present | undefined {
  if (isThisMachine(address)) return undefined;
  const strangers = present.filter((one) => !one.isPaired && !isThisMachine(one.address));
  return strangers.length < strangersMax.inAll ? undefined : strangers[whoGoes(strangers)];
}

/** The place in `present`, oldest first, of whom to shed; the newest where all are paired. */
export function whoGoes(present: readonly Guest[]): number {
  const crowds = new Map<string, number>();
  for (const { address, isPaired } of present) {
    if (!isPaired) crowds.set(address, (crowds.get(address) ?? 0) + 1);
  }
  const [crowder] = [...crowds].reduce<[string | undefined, number]>(
    (most, one) => (one[1] > most[1] ? one : most),
    [undefined, 0],
  );
  const found = present.findIndex((one) => !one.isPaired && one.address === crowder);
  return found < 0 ? present.length - 1 : found;
}

/** Sheds connections of `server` above the limit. */
export function keepCrowdSmall(server: Server, isPaired: (socket: Socket) => boolean): void {
  const present = new Map<Socket, string>();
  server.on('connection', (connected) => {
    present.set(connected, connected.remoteAddress ?? '');
    connected.once('close', () => present.delete(connected));
    if (present.size <= connectionsMax) return;
    const guests = Array.from(present, ([socket, address]) => ({
      socket,
      address,
      isPaired: isPaired(socket),
    }));
    const shed = guests[whoGoes(guests)]?.socket;
    if (shed === undefined) return;
    present.delete(shed);
    shed.destroy();
  });
}
