// What waits for a manager over the hub's door: real devices on real sockets, and what people decide.

import { createShop } from '@pos-sync/shop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  adminKey,
  type Answer,
  openStandingDoor,
  type TestDevice,
} from '../testing/standing-door.ts';
import { connectHand, type Door, type Hand, openHand, putSoup } from '../testing/standing-floor.ts';
import { wordsFor } from './words.ts';

let door: Door;
let office: Hand;
let lost: TestDevice;

const commands = createShop({ timeZone: 'UTC' }).mutators;

/** A tablet that is shut out and delivers an order with cash all the same. */
beforeEach(async () => {
  door = await openStandingDoor();
  office = await openHand(door, 'manager', 'Office');
  await putSoup(office);
  lost = await door.letIn('entry', 'Lost');
  await door.asBox({ method: 'POST', path: `/devices/${lost.device}/revoke` });
});

afterEach(async () => {
  office.leave();
  await door.close();
});

type Fields = Record<string, unknown>;

const order = 'o1';
const line = { order, line: 'l1', item: 'soup', version: 'v1', quantity: 2 };

async function deliver(): Promise<void> {
  const hand = await connectHand(door, lost);
  await hand.give('order.open', { order, number: { letter: 'C', count: 4 } });
  await hand.give('order.addLine', { ...line, choices: [], shownMinor: 500, note: 'hot' });
  await hand.give('payment.take', { payment: 'p1', order, tender: 'cash', amountMinor: 1_000 });
  hand.leave();
}

const read = (path: string): Promise<Answer> => door.signed(office.device, { method: 'GET', path });
const post = (path: string, body: object): Promise<Answer> =>
  door.signed(office.device, { method: 'POST', path, body });
const waiting = async (query = ''): Promise<Fields[]> =>
  (await read(`/attention/waiting${query}`)).body['waiting'] as Fields[];
const decide = (id: unknown, apply: boolean): Promise<Answer> =>
  post(`/attention/waiting/${String(id)}`, { apply });

it('lists what waits, oldest first: who asked, on which order, and what in words [D5]', async () => {
  await deliver();
  const found = await waiting();
  expect(found.map(({ asked }) => asked)).toEqual([
    'open order C4',
    'add 2 × Soup (hot)',
    'take 1000 in cash',
  ]);
  for (const { by, order: of, code, name } of found) {
    expect(by).toEqual({ device: lost.device, name: 'Lost', letter: 'B' });
    expect([of, code]).toEqual([{ order, number: 'C4' }, 'REVOKED']);
    expect(commands.has(String(name))).toBe(true);
  }
  const first = (await read('/attention/waiting?limit=2')).body;
  const rest = await waiting(`?after=${String(first['next'])}`);
  expect([...(first['waiting'] as Fields[]), ...rest]).toEqual(found);
});

it('carries out what a manager lets, and the money is in the export of the day [D8]', async () => {
  await deliver();
  for (const { id } of await waiting()) {
    expect(await decide(id, true)).toMatchObject({
      status: 200,
      body: { isNew: true, outcome: 'ok' },
    });
  }
  expect(await waiting()).toEqual([]);
  const { day } = door.engine.running.status;
  const { records } = (await read(`/days/${day}/export`)).body as { records: Fields[] };
  expect(records).toMatchObject([
    { record: 'order', paidMinor: 1_000, device: lost.device, deviceName: 'Lost' },
    { record: 'line', quantity: 2 },
    { record: 'payment', amountMinor: 1_000, deviceLetter: 'B' },
  ]);
  const inLog = door.log().filter((body) => body.includes('deferred.decide'));
  expect(inLog).toHaveLength(3);
  for (const body of inLog) expect(body).toContain(`"by":"${office.device.device}"`);
});

it('decides once: whatever is asked afterwards, the first word stays [D9]', async () => {
  await deliver();
  const [{ id } = {}] = await waiting();
  expect((await decide(id, false)).body).toMatchObject({ isNew: true, outcome: 'rejected' });
  const again = await decide(id, true);
  expect(again.body).toMatchObject({ isNew: false, outcome: 'rejected', code: 'DECIDED_AGAINST' });
  expect(door.log().filter((body) => body.includes('deferred.decide'))).toHaveLength(1);
});

it('tells one of two who decide at once that it was the one, and both what became of it [D9]', async () => {
  await deliver();
  const [{ id } = {}] = await waiting();
  // Without a network between them and the hub they come in the same turn, and share a batch.
  const atOnce = async (apply: boolean): Promise<Fields> => {
    const url = `/attention/waiting/${String(id)}`;
    const headers = { host: door.address, authorization: `Bearer ${adminKey}` };
    const call = { method: 'POST', url, headers, payload: { apply } } as const;
    return (await door.app.inject(call)).json<Fields>();
  };
  const answers = await Promise.all([atOnce(false), atOnce(true)]);
  expect(answers.map(({ isNew, outcome }) => [isNew, outcome])).toEqual([
    [true, 'rejected'],
    [false, 'rejected'],
  ]);
  expect(door.log().filter((body) => body.includes('deferred.decide'))).toHaveLength(2);
});

it('says why what was let cannot be carried out, and it goes on waiting [D9]', async () => {
  const till = await openHand(door, 'entry', 'Till');
  const late = await till.give('ticket.bump', { ticket: 'o9.kitchen', round: 'one' });
  till.leave();
  const { status, body } = await decide(late.id, true);
  expect([status, body['code']]).toEqual([409, 'NOT_DECIDED']);
  expect(body['message']).toMatch(/^It still waits: .*\(BAD_COMMAND\)$/);
  expect(await waiting()).toMatchObject([{ id: late.id, asked: 'kitchen: done' }]);
});

it('carries out no step before the older ones of that device on the order, and loses none by trying [D9]', async () => {
  await deliver();
  const [open, added] = await waiting();
  const early = await decide(added?.['id'], true);
  expect([early.status, early.body['code']]).toEqual([409, 'OLDER_WAITS']);
  expect(early.body['message']).toContain(`at place ${String(open?.['seq'])}`);
  expect((await decide(open?.['id'], true)).body).toMatchObject({ outcome: 'ok' });
  expect((await decide(added?.['id'], true)).body).toMatchObject({ isNew: true, outcome: 'ok' });
});

it('knows no command that never waited', async () => {
  expect(await decide('nobody', true)).toMatchObject({
    status: 404,
    body: { code: 'NOTHING_WAITS', fix: expect.stringContaining('list') as string },
  });
});

it('lets the box decide what only a person may [D8]', async () => {
  await deliver();
  const [{ id } = {}] = await waiting();
  const path = `/attention/waiting/${String(id)}`;
  const said = await door.asBox({ method: 'POST', path, body: { apply: true } });
  expect(said.body).toMatchObject({ isNew: true, outcome: 'ok' });
});

it('takes off the list what somebody dealt with, but nothing that still waits [A3]', async () => {
  await deliver();
  const entries = async (): Promise<Fields[]> =>
    (await read('/attention')).body['entries'] as Fields[];
  const [, , open] = await entries();
  expect(open).toMatchObject({ asked: 'open order C4', by: { letter: 'B' } });
  const close = (): Promise<Answer> => post('/attention/close', { entry: open?.['entry'] });
  const before = door.log().length;
  expect(await close()).toMatchObject({ status: 409, body: { code: 'STILL_WAITS' } });
  expect(door.log()).toHaveLength(before);
  await decide(open?.['id'], false);
  expect((await close()).body).toMatchObject({ isNew: true });
  expect((await close()).body).toMatchObject({ isNew: false });
  expect((await entries()).map(({ entry }) => entry)).not.toContain(open?.['entry']);
});

describe('words', () => {
  const known = { nameOf: () => undefined, findItem: () => undefined };

  it('are there for every command of the shop', () => {
    for (const name of commands.keys()) {
      expect(wordsFor({ name, args: {} }, known)).not.toContain(name);
    }
  });

  it.each([[null], ['text'], [[1]], [{ number: 'x', item: { a: 1 }, choices: 1, ticket: [] }]])(
    'are found whatever was sent: %j',
    (args) => {
      for (const name of [...commands.keys(), 'from.tomorrow']) {
        expect(wordsFor({ name, args }, known)).toBeTypeOf('string');
      }
    },
  );

  it('never hold what is withheld', () => {
    const withheld = { code: 'CARD_NUMBER', field: 'note', subject: order };
    expect(wordsFor({ name: 'order.addLine', args: {}, withheld }, known)).toBe(
      'order.addLine (note is not kept)',
    );
  });
});
