// What the shop must look like, from nothing but what was decided: Maps and reducers that know the
// names and args of commands, and share no line with the code that decides. The judge holds the hub's
// rows and every device's screen against it.

import { ModelTicket } from './model-ticket.ts';

/** One decision, as the log tells it. */
export interface Happened {
  readonly id: string;
  readonly device: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly code: string | undefined;
  readonly receipt: number | undefined;
  /** Where it stood when it was first decided. */
  readonly stand: { readonly epoch: number; readonly seq: number };
  /** It was decided in another history before: its outcome is that of back then. */
  readonly isAgain: boolean;
}

interface Price {
  readonly priceMinor: number;
  readonly choices: Readonly<Record<string, { readonly priceMinor: number }>>;
}

interface Item {
  name: string;
  station: string | null;
  version: string;
  setAt: { readonly epoch: number; readonly seq: number };
  readonly prices: Map<string, Price>;
}

interface Line {
  readonly item: string;
  readonly version: string;
  readonly unitMinor: number;
  readonly station: string | null;
  quantity: number;
  state: 'added' | 'sent' | 'voided';
}

class Order {
  /** What people call it; undefined as long as nobody opened it. */
  label: string | undefined;
  openedBy = '';
  isClosed = false;
  receipt: number | null = null;
  rounds = 0;
  /** It left with its day once: receipts of screens that came meanwhile found nothing. */
  hasLeft = false;
  readonly lines = new Map<string, Line>();
  readonly payments = new Map<string, { readonly amountMinor: number; readonly takenBy: string }>();
  readonly tickets = new Map<string, ModelTicket>();
  readonly praises = new Set<string>();

  get totalMinor(): number {
    let sum = 0;
    for (const { state, quantity, unitMinor } of this.lines.values()) {
      if (state !== 'voided') sum += quantity * unitMinor;
    }
    return sum;
  }

  get paidMinor(): number {
    let sum = 0;
    for (const { amountMinor } of this.payments.values()) sum += amountMinor;
    return sum;
  }
}

/** What is wrong with a decision, in a sentence; undefined when it is right. */
type Reducer = (shop: ShopModel, args: never, happened: Happened) => string | undefined;
type OfOrder = { readonly order: string };
type OfLine = OfOrder & { readonly line: string };
type OfTicket = { readonly ticket: string; readonly round: number };

export class ShopModel {
  readonly orders = new Map<string, Order>();
  readonly items = new Map<string, Item>();

  order(id: string): Order {
    const known = this.orders.get(id);
    if (known !== undefined) return known;
    const made = new Order();
    this.orders.set(id, made);
    return made;
  }

  /** Takes a decision in; answers why it cannot be right, if it cannot. */
  take(happened: Happened): string | undefined {
    const { name, args, outcome, code = '', isAgain } = happened;
    if (outcome === 'rejected' && facts.has(name)) return 'is a fact and was rejected';
    if (outcome === 'ok') return reducers[name]?.(this, args as never, happened);
    if (outcome !== 'rejected' || isAgain) return undefined;
    const isTrue = reasons[code]?.(this, args as never);
    return isTrue === false ? `was rejected with ${code}, and that is not so` : undefined;
  }

  ticket(id: string): ModelTicket | undefined {
    const [order = '', station = ''] = id.split('.');
    return this.orders.get(order)?.tickets.get(station);
  }
}

/** What has happened cannot be refused. */
const facts = new Set([
  'payment.take',
  'ticket.start',
  'ticket.ready',
  'ticket.bump',
  'ticket.receipt',
  'order.praise',
]);

const reducers: Readonly<Record<string, Reducer>> = {
  'menu.put': putItem,
  'order.open': (
    shop,
    args: OfOrder & { number: { letter: string; count: number } },
    { device },
  ) => {
    const order = shop.order(args.order);
    if (order.label !== undefined) return 'opened an order that was open';
    order.label = `${args.number.letter}${args.number.count}`;
    order.openedBy = device;
    return undefined;
  },
  'order.addLine': addLine,
  'order.changeQuantity': (shop, args: OfLine & { by: number }) => {
    const order = shop.order(args.order);
    const line = order.lines.get(args.line);
    if (line === undefined || line.state === 'voided' || order.isClosed) {
      return 'changed a line that could not be changed';
    }
    line.quantity += args.by;
    if (line.quantity < 1) return 'left less than one of a line';
    if (line.state === 'sent' && line.station !== null) {
      const ticket = ticketOf(order, line.station);
      if (args.by > 0) ticket.send([{ line: args.line, quantity: args.by }]);
      else ticket.takeAway(args.line, -args.by);
    }
    return undefined;
  },
  'order.voidLine': (shop, args: OfLine) => {
    const order = shop.order(args.order);
    const line = order.lines.get(args.line);
    if (line === undefined || order.isClosed) return 'voided a line that could not be voided';
    if (line.state === 'sent' && line.station !== null) {
      ticketOf(order, line.station).takeAway(args.line, line.quantity);
    }
    line.state = 'voided';
    return undefined;
  },
  'order.send': send,
  'order.close': (shop, args: OfOrder & { expectedTotalMinor: number }, { receipt }) => {
    const order = shop.order(args.order);
    if (order.label === undefined || order.isClosed) return 'closed what was not open';
    order.isClosed = true;
    order.receipt = receipt ?? null;
    if (receipt === undefined) return 'closed a bill without a receipt';
    const { totalMinor } = order;
    return totalMinor === args.expectedTotalMinor
      ? undefined
      : `closed a bill of ${totalMinor} at ${args.expectedTotalMinor}`;
  },
  'payment.take': (shop, args: OfOrder & { payment: string; amountMinor: number }, { device }) => {
    const { payments } = shop.order(args.order);
    const { payment, amountMinor } = args;
    if (!payments.has(payment)) payments.set(payment, { amountMinor, takenBy: device });
    return undefined;
  },
  'ticket.start': (shop, args: OfTicket) => shop.ticket(args.ticket)?.mark('started', args.round),
  'ticket.ready': (shop, args: OfTicket) => shop.ticket(args.ticket)?.mark('ready', args.round),
  'ticket.bump': (shop, args: OfTicket) => shop.ticket(args.ticket)?.mark('bumped', args.round),
  'ticket.receipt': (shop, args: { ticket: string; device: string; revision: number }) =>
    shop.ticket(args.ticket)?.receive(args.device, args.revision),
  'order.praise': (shop, args: OfOrder, { id }) => {
    shop.order(args.order).praises.add(id);
    return undefined;
  },
};

/** An older price that comes again adds its version, and changes nothing that is shown. */
function putItem(
  shop: ShopModel,
  args: Price & { item: string; version: string; name: string; station: string | null },
  { stand }: Happened,
): undefined {
  const { item: id, version, name, station, priceMinor, choices } = args;
  const known = shop.items.get(id);
  const shown = { name, station, version, setAt: stand };
  const item = known ?? { ...shown, prices: new Map<string, Price>() };
  const { setAt } = item;
  const isOlder = stand.epoch === setAt.epoch ? stand.seq < setAt.seq : stand.epoch < setAt.epoch;
  if (!isOlder) Object.assign(item, shown);
  item.prices.set(version, { priceMinor, choices });
  shop.items.set(id, item);
}

function addLine(
  shop: ShopModel,
  args: OfLine & {
    item: string;
    version: string;
    quantity: number;
    choices: readonly string[];
    shownMinor: number;
  },
): string | undefined {
  const order = shop.order(args.order);
  const item = shop.items.get(args.item);
  if (order.label === undefined || order.isClosed) return 'added to an order that was not open';
  if (item === undefined || order.lines.has(args.line)) return 'added a line that could not be';
  const price = item.prices.get(args.version);
  const extras = args.choices.map((choice) => price?.choices[choice]?.priceMinor);
  const onMenu = extras.reduce<number | undefined>(
    (sum, extra) => (sum === undefined || extra === undefined ? undefined : sum + extra),
    price?.priceMinor,
  );
  const { item: itemId, version, quantity, shownMinor } = args;
  const { station } = item;
  const unitMinor = onMenu ?? shownMinor;
  order.lines.set(args.line, {
    item: itemId,
    version,
    unitMinor,
    station,
    quantity,
    state: 'added',
  });
  return undefined;
}

function send(shop: ShopModel, args: OfOrder): string | undefined {
  const order = shop.order(args.order);
  if (order.label === undefined) return 'sent an order that nobody opened';
  const added = [...order.lines].filter(([, { state }]) => state === 'added');
  if (added.length === 0) return undefined;
  order.rounds += 1;
  const stations = new Map<string, { line: string; quantity: number }[]>();
  for (const [id, line] of added) {
    line.state = 'sent';
    if (line.station === null) continue;
    const list = stations.get(line.station) ?? [];
    stations.set(line.station, list);
    list.push({ line: id, quantity: line.quantity });
  }
  for (const [station, lines] of stations) ticketOf(order, station).send(lines);
  return undefined;
}

function ticketOf(order: Order, station: string): ModelTicket {
  const ticket = order.tickets.get(station) ?? new ModelTicket();
  order.tickets.set(station, ticket);
  return ticket;
}

/** Whether what a rejection says is so; a code that is not here says nothing about rows. */
const reasons: Readonly<Record<string, (shop: ShopModel, args: never) => boolean>> = {
  ORDER_UNKNOWN: (shop, { order }: OfOrder) => shop.order(order).label === undefined,
  ORDER_EXISTS: (shop, { order }: OfOrder) => shop.order(order).label !== undefined,
  ORDER_CLOSED: (shop, { order }: OfOrder) => shop.order(order).isClosed,
  LINE_EXISTS: (shop, { order, line }: OfLine) => shop.order(order).lines.has(line),
  LINE_UNKNOWN: (shop, { order, line }: OfLine) => !shop.order(order).lines.has(line),
  LINE_VOIDED: (shop, { order, line }: OfLine) =>
    shop.order(order).lines.get(line)?.state === 'voided',
  QUANTITY_TOO_LOW: (shop, { order, line, by }: OfLine & { by: number }) =>
    (shop.order(order).lines.get(line)?.quantity ?? 0) + by < 1,
  ITEM_UNKNOWN: (shop, { item }: { item: string }) => !shop.items.has(item),
  VERSION_TAKEN: (shop, { item, version }: { item: string; version: string }) =>
    shop.items.get(item)?.prices.has(version) === true,
  TOTAL_CHANGED: (shop, args: OfOrder & { expectedTotalMinor: number }) =>
    shop.order(args.order).totalMinor !== args.expectedTotalMinor,
};
