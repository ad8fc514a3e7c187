// The past of a shop over its door: real devices on real sockets, and what managers read afterwards.

import { afterEach, beforeEach, expect, it } from 'vitest';

import { adminKey, type Answer, openStandingDoor } from '../testing/standing-door.ts';
import {
  connectHand,
  type Door,
  type Hand,
  openHand,
  payAndClose,
  putSoup,
  serve,
} from '../testing/standing-floor.ts';

let door: Door;
let office: Hand;
let till: Hand;

beforeEach(async () => {
  door = await openStandingDoor();
  office = await openHand(door, 'manager', 'Office');
  till = await openHand(door, 'entry', 'Till');
  await putSoup(office);
});

afterEach(async () => {
  office.leave();
  till.leave();
  await door.close();
});

type Fields = Record<string, unknown>;

const read = (path: string, by = office): Promise<Answer> =>
  door.signed(by.device, { method: 'GET', path });
const list = async (path: string, field: string): Promise<Fields[]> =>
  (await read(path)).body[field] as Fields[];
const today = (): string => door.engine.running.status.day;
const turnTo = (day: string) => door.engine.running.give(`turn:${day}`, 'day.turn', { day });
const tomorrow = (day: string): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

it('lists orders, newest first and a page at a time, open and closed', async () => {
  for (let count = 1; count <= 5; count += 1) await serve(till, `o${count}`, count);
  await payAndClose(till, 'o2', 500);
  const first = (await read('/orders?limit=3')).body;
  expect((first['orders'] as Fields[]).map(({ number }) => number)).toEqual(['B5', 'B4', 'B3']);
  const rest = await list(`/orders?limit=3&after=${String(first['next'])}`, 'orders');
  expect(rest.map(({ number, state }) => [number, state])).toEqual([
    ['B2', 'closed'],
    ['B1', 'open'],
  ]);
});

it('finds orders by number, by device, and by day also once they have left the tablets [N1]', async () => {
  await serve(till, 'o1', 1);
  await payAndClose(till, 'o1', 500);
  const yesterday = today();
  await turnTo(tomorrow(yesterday));
  const bar = await openHand(door, 'entry', 'Bar');
  await serve(bar, 'o2', 1);
  bar.leave();
  const ids = async (query: string) =>
    (await list(`/orders?${query}`, 'orders')).map(({ order }) => order);
  expect(await ids('number=B1')).toEqual(['o2', 'o1']);
  expect(await ids(`device=${bar.device.device}`)).toEqual(['o2']);
  expect(await ids(`day=${yesterday}`)).toEqual(['o1']);
  expect(await ids(`day=${today()}`)).toEqual(['o2']);
  expect(await ids('day=2020-01-01')).toEqual([]);
  const { body } = await read('/orders/o1');
  expect(body).toMatchObject({ order: { number: 'B1', state: 'closed', paidMinor: 500 } });
});

it('finds an order where it was opened in the end: when a person let it [D8]', async () => {
  const device = await door.letIn('entry', 'Lost');
  await door.asBox({ method: 'POST', path: `/devices/${device.device}/revoke` });
  const lost = await connectHand(door, device);
  const number = { letter: 'C', count: 1 };
  const late = await lost.give('order.open', { order: 'o1', number });
  lost.leave();
  expect(await list('/orders', 'orders')).toEqual([]);
  await turnTo(tomorrow(today()));
  await office.give('deferred.decide', { id: late.id, apply: true });
  const [order] = await list(`/orders?day=${today()}&device=${device.device}`, 'orders');
  expect(order).toMatchObject({ order: 'o1', number: 'C1', openedDay: today() });
  expect((await list(`/days/${today()}/export`, 'records'))[0]).toMatchObject({ order: 'o1' });
});

it('shows one order with its lines, tickets and payments, and refuses one it has not', async () => {
  await serve(till, 'o1', 1, [2, 1]);
  await payAndClose(till, 'o1', 1500);
  const { order, lines, tickets, payments } = (await read('/orders/o1')).body;
  expect(order).toMatchObject({ order: 'o1', totalMinor: 1500, receipt: 1 });
  expect(lines).toMatchObject([
    { line: 'l1', totalMinor: 1000 },
    { line: 'l2', totalMinor: 500 },
  ]);
  expect(tickets).toMatchObject([{ ticket: 'o1.kitchen', station: 'kitchen' }]);
  expect(payments).toMatchObject([{ payment: 'p1', amountMinor: 1500 }]);
  for (const path of ['/orders/o9', '/orders/o9/history', '/orders/menu', '/orders/device']) {
    expect(await read(path)).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ORDER' } });
  }
});

it('tells every command on an order in the order of the log, refused ones too, and who had it when', async () => {
  const grill = await openHand(door, 'kitchen', 'Grill');
  await serve(till, 'o1', 1);
  await serve(till, 'o12', 2);
  await grill.show(['kitchen']);
  await grill.give('ticket.bump', { ticket: 'o1.kitchen', round: 1 });
  await till.give('order.close', { order: 'o1', expectedTotalMinor: 400 });
  await payAndClose(till, 'o1', 500);
  grill.leave();
  const { commands, receipts } = (await read('/orders/o1/history')).body as Record<
    string,
    Fields[]
  >;
  expect(commands?.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
    ['order.open', 'ok', undefined],
    ['order.addLine', 'ok', undefined],
    ['order.send', 'ok', undefined],
    ['ticket.receipt', 'ok', undefined],
    ['ticket.bump', 'ok', undefined],
    ['order.close', 'rejected', 'TOTAL_CHANGED'],
    ['payment.take', 'ok', undefined],
    ['order.close', 'ok', undefined],
  ]);
  const seqs = commands?.map(({ seq }) => Number(seq));
  expect(seqs).toEqual(seqs?.toSorted((one, other) => one - other));
  const by = { device: till.device.device, name: 'Till', letter: 'B' };
  expect(commands?.[0]).toMatchObject({ by, n: 1, args: { order: 'o1' } });
  const screen = { device: grill.device.device, name: 'Grill', letter: 'C' };
  expect(receipts).toMatchObject([{ station: 'kitchen', revision: 1, screen }]);
});

it('tells what came of a command that had to wait for a person [D8]', async () => {
  await serve(till, 'o1', 1);
  const bump = await till.give('ticket.bump', { ticket: 'o1.kitchen', round: 1 });
  expect(bump.outcome).toBe('deferred');
  await office.give('deferred.decide', { id: bump.id, apply: false });
  const { commands } = (await read('/orders/o1/history')).body as Record<string, Fields[]>;
  expect(commands?.slice(-2)).toMatchObject([
    {
      name: 'ticket.bump',
      outcome: 'deferred',
      settled: { outcome: 'rejected', code: 'DECIDED_AGAINST' },
    },
    { name: 'deferred.decide', by: { name: 'Office' } },
  ]);
});

it('keeps card data withheld in the history of an order [K1]', async () => {
  await serve(till, 'o1', 1);
  const line = { item: 'soup', version: 'v1', quantity: 1, choices: [], shownMinor: 500 };
  const note = 'card 4111 1111 1111 1111';
  await till.give('order.addLine', { order: 'o1', line: 'l9', ...line, note });
  const { body } = await read('/orders/o1/history');
  expect(JSON.stringify(body)).not.toContain('4111');
  expect((body['commands'] as Fields[]).at(-1)).toMatchObject({
    name: 'order.addLine',
    args: {},
    withheld: { code: 'CARD_NUMBER', field: 'note' },
    outcome: 'rejected',
  });
});

const download = async (day: string): Promise<Response> =>
  fetch(`http://${door.address}/days/${day}/export?format=csv`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });

it('exports a day: what was opened, closed or paid on it, and nothing of another', async () => {
  await serve(till, 'o1', 1, [1, 2]);
  await serve(till, 'o2', 2);
  await till.give('order.voidLine', { order: 'o1', line: 'l1' });
  await payAndClose(till, 'o1', 1000);
  const first = today();
  expect((await read(`/days/${first}/export`)).body).toMatchObject({ day: first, isOver: false });
  await turnTo(tomorrow(first));
  await payAndClose(till, 'o2', 500);
  await serve(till, 'o3', 3);
  const of = async (day: string) => {
    const records = await list(`/days/${day}/export`, 'records');
    return records.map((record) => [record['record'], record['order'], record['totalMinor']]);
  };
  expect(await of(first)).toEqual([
    ['order', 'o1', 1000],
    ['line', 'o1', 0],
    ['line', 'o1', 1000],
    ['payment', 'o1', null],
    ['order', 'o2', 500],
    ['line', 'o2', 500],
    ['payment', 'o2', null],
  ]);
  expect((await of(today())).map(([, order]) => order)).toEqual(['o2', 'o2', 'o2', 'o3', 'o3']);
  expect((await read(`/days/${first}/export`)).body['isOver']).toBe(true);
});

it('writes a table that no program takes for a formula, and that says what JSON says', async () => {
  const name = '=1+1, "hot"';
  const price = { version: 'v1', priceMinor: 500, choices: {} };
  await office.give('menu.put', { item: 'chili', name, station: 'kitchen', ...price });
  await till.give('order.open', { order: 'o1', number: { letter: 'B', count: 1 } });
  const line = { item: 'chili', version: 'v1', quantity: 1, choices: [], shownMinor: 500 };
  await till.give('order.addLine', { order: 'o1', line: 'l1', ...line, note: '@now' });
  const response = await download(today());
  expect(response.headers.get('content-type')).toContain('text/csv');
  const [head, ...lines] = (await response.text()).split('\r\n');
  const [record] = await list(`/days/${today()}/export`, 'records');
  expect(head?.split(',')).toEqual(Object.keys(record ?? {}));
  expect(lines.at(-1)).toBe('');
  expect(lines[1]).toContain(`"'=1+1, ""hot""",,'@now,`);
});

it('lists what waits for a person, newest first and a page at a time [A1]', async () => {
  await serve(till, 'o1', 1);
  for (const round of [1, 2, 3]) await till.give('ticket.bump', { ticket: 'o1.kitchen', round });
  const first = (await read('/attention?limit=2')).body;
  const next = String(first['next']);
  const rest = await list(`/attention?limit=2&after=${next}`, 'entries');
  const entries = [...(first['entries'] as Fields[]), ...rest];
  expect(entries.map(({ kind, name }) => [kind, name])).toEqual(
    Array.from({ length: 3 }, () => ['deferred', 'ticket.bump']),
  );
  await office.give('deferred.decide', { id: entries[0]?.['id'], apply: false });
  const settled = await list('/attention', 'entries');
  expect(settled.map((entry) => entry['settled'])).toEqual(['rejected', undefined, undefined]);
});

it('lets programs read orders and nothing else of the past, and other devices nothing', async () => {
  const program = await openHand(door, 'program', 'Till display');
  await serve(till, 'o1', 1);
  const paths = ['/orders', '/orders/o1', '/orders/o1/history', `/days/${today()}/export`];
  const inTurn = async (by: Hand) => {
    const found: number[] = [];
    for (const path of [...paths, '/attention']) found.push((await read(path, by)).status);
    return found;
  };
  expect(await inTurn(program)).toEqual([200, 200, 403, 403, 403]);
  expect(await inTurn(till)).toEqual([403, 403, 403, 403, 403]);
  program.leave();
});

it.each(['/orders?limit=201', '/orders?day=2026-13-01', '/orders/a.b', '/days/today/export'])(
  'refuses what it cannot read: %s',
  async (path) => {
    expect(await read(path)).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  },
);
