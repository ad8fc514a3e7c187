// Every command of the shop, and who may give it. The table is derived from the commands;
// e2e/role-table.test.ts states it in full, so that nobody widens a role by accident.

import type { Mutator } from '@pos-sync/sync';
import { putItem } from './menu/put.ts';
import { addLine } from './order/add-line.ts';
import { changeQuantity } from './order/change-quantity.ts';
import { closeOrder } from './order/close.ts';
import { openOrder } from './order/open.ts';
import { sendOrder } from './order/send.ts';
import { voidLine } from './order/void-line.ts';
import { takePayment } from './payment/take.ts';
import { bumpTicket } from './ticket/bump.ts';
import { readyTicket } from './ticket/ready.ts';
import { receiveTicket } from './ticket/receipt.ts';
import { startTicket } from './ticket/start.ts';

export const mutators: readonly Mutator[] = [
  putItem,
  openOrder,
  addLine,
  changeQuantity,
  voidLine,
  sendOrder,
  closeOrder,
  startTicket,
  readyTicket,
  bumpTicket,
  receiveTicket,
  takePayment,
];

export interface CommandRight {
  readonly command: string;
  readonly v: number;
  readonly kind: 'fact' | 'intent';
  readonly roles: readonly string[];
}

export const commandTable: readonly CommandRight[] = mutators.map(({ name, v, kind, roles }) => ({
  command: name,
  v,
  kind,
  roles,
}));
