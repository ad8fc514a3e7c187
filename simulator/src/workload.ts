// What people do at their devices, decided by what their own screen shows them.

import type { NewCommand, Row } from '@pos-sync/sync';
import {
  type ItemRow,
  type LineRow,
  type OrderRow,
  type TicketRow,
  nextOrderNumber,
} from '@pos-sync/shop';
import type { DeviceNode } from './device-node.ts';
import { newCommandName } from './builds.ts';
import type { Act } from './plan.ts';

const stations = ['grill', 'bar', 'cold'];

/** The command a user gives, or undefined when there is nothing to do it to. */
export function commandFor(
  node: DeviceNode,
  act: Act,
  pick: number,
  newId: () => string,
): NewCommand | undefined {
  const { replica } = node;
  if (replica === undefined) return undefined;
  const rows = [...replica.rows()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const scene: Scene = { node, rows, pick, newId };
  const made = makers[act](scene);
  return made === undefined ? undefined : { id: newId(), ...made };
}

interface Scene {
  readonly node: DeviceNode;
  readonly rows: readonly Row[];
  readonly pick: number;
  readonly newId: () => string;
}

type Made = Omit<NewCommand, 'id'> | undefined;

const makers: Record<Act, (scene: Scene) => Made> = {
  open: openOrder,
  addLine,
  changeQuantity: ({ rows, pick }) =>
    withRow<LineRow>(rows, 'line/', pick, (_line, key) => ({
      name: 'order.changeQuantity',
      args: { ...lineOf(key), by: pick % 3 === 0 ? -1 : 1 },
    })),
  voidLine: ({ rows, pick }) =>
    withRow<LineRow>(rows, 'line/', pick, (_line, key) => ({
      name: 'order.voidLine',
      args: lineOf(key),
    })),
  send: ({ rows, pick }) =>
    withRow<OrderRow>(rows, 'order/', pick, (_order, key) => ({
      name: 'order.send',
      args: { order: idOf(key) },
    })),
  pay: ({ rows, pick, newId }) =>
    withRow<OrderRow>(rows, 'order/', pick, (order, key) => ({
      name: 'payment.take',
      args: {
        payment: newId(),
        order: idOf(key),
        tender: 'cash',
        amountMinor: Math.max(1, order.totalMinor - (pick % 5 === 0 ? 1 : 0)),
      },
    })),
  payUnknown: ({ pick, newId }) => ({
    name: 'payment.take',
    args: { payment: newId(), order: `ghost${pick % 7}`, tender: 'cash', amountMinor: 100 },
  }),
  close: ({ rows, pick }) =>
    withRow<OrderRow>(rows, 'order/', pick, (order, key) => ({
      name: 'order.close',
      args: { order: idOf(key), expectedTotalMinor: order.totalMinor },
    })),
  start: (scene) => mark(scene, 'ticket.start'),
  ready: (scene) => mark(scene, 'ticket.ready'),
  bump: (scene) => mark(scene, 'ticket.bump'),
  menu: ({ pick }) => ({ name: 'menu.put', args: menuItem(pick % 6, `v${pick}`) }),
  forbidden: ({ rows, pick }) =>
    withRow<TicketRow>(rows, 'ticket/', pick, (ticket, key) => ({
      name: pick % 2 === 0 ? 'ticket.bump' : 'menu.put',
      args: pick % 2 === 0 ? { ticket: idOf(key), round: ticket.round } : menuItem(1, `x${pick}`),
    })),
  closeAttention: ({ rows, pick }) =>
    withRow(rows, 'attention/', pick, (_entry, key) => ({
      name: 'attention.close',
      args: { entry: idOf(key) },
    })),
  praise: ({ rows, pick }) =>
    withRow<OrderRow>(rows, 'order/', pick, (_order, key) => ({
      name: newCommandName,
      args: { order: idOf(key) },
    })),
  drawn: () => undefined,
};

/** An item of the simulated menu. */
export function menuItem(index: number, version: string) {
  const priceMinor = 300 + index * 125;
  const station = stations[index % stations.length]!;
  const choices = { extra: { name: 'Extra', priceMinor: 50 } };
  return { item: `item${index}`, version, name: `Dish ${index}`, station, priceMinor, choices };
}

function openOrder({ node, newId }: Scene): Made {
  const { replica, paired } = node;
  const get = (key: string) => replica!.find(key)?.body;
  const day = dayOf(node);
  const count = nextOrderNumber({ get }, paired.device, day);
  if (paired.letter === '') return undefined;
  return { name: 'order.open', args: { order: newId(), number: { letter: paired.letter, count } } };
}

function dayOf(node: DeviceNode): string {
  return node.domain.dayOf(node.hubTimeMs);
}

function addLine({ rows, pick, newId }: Scene): Made {
  const items = rows.filter((row) => row.key.startsWith('item/'));
  const item = items[pick % items.length];
  if (item === undefined) return undefined;
  const { version } = item.body as unknown as ItemRow;
  return withRow<OrderRow>(rows, 'order/', pick >> 3, (_order, key) => ({
    name: 'order.addLine',
    args: {
      order: idOf(key),
      line: newId(),
      item: idOf(item.key),
      version,
      quantity: 1 + (pick % 3),
      choices: pick % 4 === 0 ? ['extra'] : [],
      shownMinor: 100,
    },
  }));
}

function mark({ rows, pick }: Scene, name: string): Made {
  return withRow<TicketRow>(rows, 'ticket/', pick, (ticket, key) => ({
    name,
    args: { ticket: idOf(key), round: ticket.round },
  }));
}

function withRow<Body>(
  rows: readonly Row[],
  prefix: string,
  pick: number,
  make: (body: Body, key: string) => Made,
): Made {
  const fitting = rows.filter((row) => row.key.startsWith(prefix));
  const recent = fitting.slice(-8);
  const row = recent[pick % recent.length];
  return row === undefined ? undefined : make(row.body as unknown as Body, row.key);
}

function idOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function lineOf(key: string): { order: string; line: string } {
  const [order, line] = idOf(key).split('.');
  return { order: order!, line: line! };
}
