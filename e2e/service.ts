// Waiters at work: each gives one order after the other, open, lines, send, pay, close, without
// waiting for the hub, as long as not too many of its commands are unanswered.

import { nextOrderNumber } from '@pos-sync/shop';

import { shop } from '../cli/src/replay/device.ts';
import { type Device, item, sharedOrder } from './crew.ts';

export interface Service {
  /** Settles when every order that was begun has been given to its end. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** A waiter pauses while so many of its commands have no outcome. */
  readonly unansweredMax: number;
  /** A waiter goes home after so many orders. */
  readonly orders?: number;
  /** Stands in every order's id, so that two services of one crew never meet. */
  readonly name: string;
}

export function serve(devices: readonly Device[], options: ServiceOptions): Service {
  let isOpen = true;
  const working = devices.map((device) => takeOrders(device, options, () => isOpen));
  return {
    async stop() {
      isOpen = false;
      await Promise.all(working);
    },
  };
}

/** The same for a fixed number of orders; settles when all of them were given. */
export function serveOrders(
  devices: readonly Device[],
  name: string,
  orders: number,
): Promise<void[]> {
  const options = { unansweredMax: 200, orders, name };
  return Promise.all(devices.map((device) => takeOrders(device, options, () => true)));
}

async function takeOrders(
  device: Device,
  { unansweredMax, orders = Infinity, name }: ServiceOptions,
  isOpen: () => boolean,
): Promise<void> {
  const { client } = device;
  for (let count = 1; count <= orders && isOpen(); count += 1) {
    for (const [command, args] of orderOf(device, name, count)) {
      while (client.connection.waiting >= unansweredMax) await aMoment();
      void device.give(command, args);
      await aMoment();
    }
  }
}

function orderOf(device: Device, service: string, count: number): [string, object][] {
  const { client, name } = device;
  const order = `${service}-${name}-${count}`;
  const { device: id, letter } = client.identity;
  const day = shop.dayOf(client.hubTimeMs());
  const number = { letter, count: nextOrderNumber(client, id, day) };
  const quantity = 1 + (count % 3);
  const totalMinor = 2 * quantity * item.priceMinor;
  const lineOf = (of: string, line: string, many: number): [string, object] => [
    'order.addLine',
    {
      order: of,
      line,
      item: item.item,
      version: item.version,
      quantity: many,
      choices: [],
      shownMinor: item.priceMinor,
    },
  ];
  return [
    ['order.open', { order, number }],
    lineOf(order, 'a', quantity),
    lineOf(order, 'b', quantity),
    lineOf(sharedOrder, order, 1),
    ['order.send', { order }],
    ['payment.take', { order, payment: 'p1', tender: 'cash', amountMinor: totalMinor }],
    ['order.close', { order, expectedTotalMinor: totalMinor }],
  ];
}

/** Lets sockets and storages of all devices come to their turn. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
