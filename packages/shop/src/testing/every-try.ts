// Tries every command in every state an order can be in, and notes what came of it: what it wrote,
// what it was refused with and what it raised.

import { kindOf } from '@pos-sync/sync';
import { quantityMax } from '../scalar.ts';
import { createFloor, type Floor, type Given } from './floor.ts';
import {
  add,
  addBeer,
  change,
  close,
  fillMenu,
  mark,
  open,
  order,
  pay,
  send,
  voidLine,
} from './orders.ts';

export interface Tried {
  readonly wrote: Set<string>;
  readonly refused: Set<string>;
  readonly raised: Set<string>;
}

const cardNumber = '4111 1111 1111 1111';
const item = { item: 'soup', name: 'Soup', station: 'kitchen', choices: {} };
const receipt = {
  ticket: `${order}.kitchen`,
  revision: 1,
  device: 'kitchen-1',
  station: 'kitchen',
};
const two = add('l1', 'tablet-1', { quantity: 2 });

/** Each is a way an order can have come. */
const pasts: readonly (readonly Given[])[] = [
  [],
  [pay('p1', 500)],
  [open()],
  [open(), two],
  [open(), add('l1', 'tablet-1', { quantity: quantityMax })],
  [open(), two, voidLine('l1')],
  [open(), two, pay('p1', 1000)],
  [open(), two, send()],
  [open(), two, send(), mark('start')],
  [open(), two, send(), mark('ready')],
  [open(), two, send(), mark('bump')],
  [open(), two, send(), mark('bump'), pay('p1', 1000), close(1000)],
  [open(), two, close(1000)],
];

const tries: readonly Given[] = [
  { name: 'menu.put', args: { ...item, version: 'v1', priceMinor: 7 } },
  { name: 'menu.put', args: { ...item, version: 'v2', priceMinor: 7 } },
  { name: 'menu.put', args: { ...item, name: cardNumber, version: 'v3', priceMinor: 7 } },
  open(),
  open('tablet-2', 'o2', 1),
  open('tablet-2', 'o2', 2),
  add('l1'),
  addBeer('l2'),
  add('l2', 'tablet-1', { item: 'lobster' }),
  add('l2', 'tablet-1', { version: 'v9' }),
  add('l2', 'tablet-1', { shownMinor: 1 }),
  add('l2', 'tablet-1', { note: cardNumber }),
  change('l1', 1),
  change('l1', -1),
  change('l1', -2),
  change('l9', 1),
  voidLine('l1'),
  voidLine('l9'),
  { name: 'order.voidLine', args: { order, line: 'l1', reason: cardNumber } },
  send(),
  close(0),
  close(1000),
  mark('start'),
  mark('ready'),
  mark('bump'),
  { name: 'ticket.receipt', args: receipt },
  pay('p1', 1000),
  pay('p1', 1),
  pay('p2', 2000),
];

/** By the command's name. */
export function everyTry(): ReadonlyMap<string, Tried> {
  const tried = new Map<string, Tried>();
  for (const past of pasts) {
    for (const given of tries) {
      const { put, removed, refusal, flags } = floorAfter(past).give(given);
      const of = tried.get(given.name) ?? {
        wrote: new Set(),
        refused: new Set(),
        raised: new Set(),
      };
      for (const key of [...put, ...removed]) of.wrote.add(kindOf(key));
      if (refusal !== undefined) of.refused.add(refusal.code);
      else for (const code of flags) of.raised.add(code);
      tried.set(given.name, of);
    }
  }
  return tried;
}

function floorAfter(past: readonly Given[]): Floor {
  const floor = createFloor();
  fillMenu(floor);
  for (const given of past) {
    const { refusal } = floor.give(given);
    if (refusal !== undefined) throw new Error(`${given.name} was refused: ${refusal.code}`);
  }
  return floor;
}
