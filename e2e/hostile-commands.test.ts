// A paired device that means harm, against a real hub: what it says over its socket, and the codes and
// tokens it tries. Each try has the outcome of a table, and the others are served meanwhile.

import type { Decided } from '@pos-sync/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { askHub } from '../cli/src/hub-door.ts';
import {
  type Asked,
  commandText,
  connectHostile,
  type HostileDevice,
  letInHostile,
} from './hostile-device.ts';
import { hostileScene, patienceMs } from './hostile-scene.ts';

const scene = hostileScene();
const hub = () => scene().hub;
const letIn = async (role = 'entry'): Promise<HostileDevice> =>
  connectHostile(hub(), await letInHostile(hub(), role));
let orders = 0;

const tea = { item: 'tea', version: 'v9', name: 'Tea', station: 'bar', choices: {} };
const dear = { priceMinor: 999_999 };
const ticketOf = (order: string) => ({ ticket: `${order}.bar`, round: 1 });
const close = (order: string, expectedTotalMinor: number) =>
  ['order.close', { order, expectedTotalMinor }] as const;
const pay = (order: string, amountMinor: number) =>
  ['payment.take', { order, payment: 'p', tender: 'cash', amountMinor }] as const;
const readOrder = (order: string): Promise<object> => askHub(hub(), 'GET', `/orders/${order}`);

function expectDecided(
  what: string,
  { outcome, code, message = '' }: Decided,
  wanted: Wanted,
): void {
  expect([what, outcome, code]).toEqual([what, wanted[0], wanted[1]]);
  // A sentence that a screen can show, whatever was sent.
  if (code !== undefined) expect(message, what).toMatch(/^[^\0]{10,400}\.$/);
}

/** An order of its own with one line in it. */
async function openOrder(from: HostileDevice): Promise<string> {
  orders += 1;
  const order = `hostile-${orders}`;
  const number = { letter: 'Q', count: orders };
  await from.give('order.open', JSON.stringify({ order, number }));
  await from.give('order.addLine', lineArgs(order));
  return order;
}

/** The args of a line of tea, with `fields` of JSON text put over them or added. */
function lineArgs(order: string, fields: Readonly<Record<string, string>> = {}, line = 'l1') {
  const plain = {
    order,
    line,
    item: 'tea',
    version: 'v1',
    quantity: 1,
    choices: [],
    shownMinor: 250,
  };
  const texts = Object.entries(plain).map(
    ([name, value]) => [name, JSON.stringify(value)] as const,
  );
  const all = Object.entries({ ...Object.fromEntries(texts), ...fields });
  return `{${all.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

type Wanted = readonly [outcome: string, code?: string];
const bad: Wanted = ['rejected', 'BAD_COMMAND'];
const ok: Wanted = ['ok'];
const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;

describe('JSON and commands', () => {
  let one: HostileDevice;
  beforeAll(async () => {
    one = await letIn();
  }, patienceMs);
  afterAll(() => one.leave());

  const lineTable: readonly [what: string, fields: Readonly<Record<string, string>>, Wanted][] = [
    ['nests 10,000 deep', { note: deep }, bad],
    ['says a field twice: the last counts', { quantity: '1,"quantity":2' }, ok],
    ['brings __proto__', { __proto__x: '1' }, bad],
    ['brings "constructor"', { constructor: '{"prototype":{"a":1}}' }, bad],
    ['has 1e400 pieces', { quantity: '1e400' }, bad],
    ['has -0 pieces', { quantity: '-0' }, bad],
    ['has 2^53+1 pieces', { quantity: '9007199254740993' }, bad],
    ['has -1 pieces', { quantity: '-1' }, bad],
    ['has 1.5 pieces', { quantity: '1.5' }, bad],
    ['has a text for a number', { quantity: '"1"' }, bad],
    ['has NaN in a text', { quantity: '"NaN"' }, bad],
    ['has a note of 4 KiB', { note: JSON.stringify('x'.repeat(4_096)) }, bad],
    ['has half an emoji in it', { note: String.raw`"a\ud83d"` }, bad],
    ['has U+0000 in it', { note: String.raw`"a\u0000b"` }, bad],
    ['orders what is not on the menu', { item: '"lobster"' }, ['rejected', 'ITEM_UNKNOWN']],
    ['has a discount of 101 %', { discount: '101' }, bad],
  ];
  it('decides each line as this table says [M1] [scenario 50]', async () => {
    for (const [what, fields, wanted] of lineTable) {
      const order = await openOrder(one);
      const args = lineArgs(order, fields, 'l2').replace('__proto__x', '__proto__');
      expectDecided(what, await one.give('order.addLine', args), wanted);
    }
  });

  type Act = (order: string) => readonly [name: string, args: object, v?: number];
  const actTable: readonly [what: string, act: Act, Wanted][] = [
    ['what nobody knows', () => ['order.explode', {}], ['deferred', 'UNKNOWN_COMMAND']],
    ['what is newer', (order) => ['order.send', { order }, 9], ['deferred', 'NEWER_COMMAND']],
    ['a bump from a till', (order) => ['ticket.bump', ticketOf(order)], ['deferred', 'FORBIDDEN']],
    ['a menu of its own', () => ['menu.put', { ...tea, ...dear }], ['rejected', 'FORBIDDEN']],
    ['a negative payment', (order) => pay(order, -1), ['deferred', 'BAD_COMMAND']],
    ['a total of its own', (order) => close(order, 1), ['rejected', 'TOTAL_CHANGED']],
    ['a place in the shop', () => ['device.pair', {}], ['rejected', 'FORBIDDEN']],
    ['to shut others out', () => ['device.revoke', { device: 'x' }], ['rejected', 'FORBIDDEN']],
    ['that the day is over', () => ['day.turn', { day: '2099-01-01' }], ['rejected', 'FORBIDDEN']],
    ['another time', () => ['clock.set', { hubTimeMs: 0 }], ['rejected', 'FORBIDDEN']],
  ];
  it('decides each command as this table says', async () => {
    for (const [what, act, wanted] of actTable) {
      const [name, args, v = 1] = act(await openOrder(one));
      expectDecided(what, await one.give(name, JSON.stringify(args), { v }), wanted);
    }
  });

  it('lets nobody make a price: the menu’s counts, and people are told', async () => {
    const order = await openOrder(one);
    expectDecided(
      '1',
      await one.give('order.addLine', lineArgs(order, { shownMinor: '1' }, 'l2')),
      ok,
    );
    expect(await readOrder(order)).toMatchObject({ order: { totalMinor: 500 } });
    const { entries } = (await askHub(hub(), 'GET', '/attention?limit=5')) as { entries: Asked[] };
    expect(entries.map(({ code }) => code)).toContain('PRICE_DIFFERS');
  });

  it('lets a waiter void what another ordered: that is how a shop works, and it is told', async () => {
    const other = await letIn();
    const order = await openOrder(other);
    other.leave();
    expectDecided(
      'void',
      await one.give('order.voidLine', JSON.stringify({ order, line: 'l1' })),
      ok,
    );
    expect(await readOrder(order)).toMatchObject({ lines: [{ state: 'voided' }] });
    const told = (await askHub(hub(), 'GET', `/orders/${order}/history`)) as { commands: Asked[] };
    expect(told.commands.at(-1)).toMatchObject({ by: { device: one.device.device } });
  });

  it('keeps a note as it was typed, whatever it would do elsewhere', async () => {
    const notes = ['<script>alert(1)</script>', '=cmd|calc', '\u001b@\u001dV\u0000'.slice(0, -1)];
    const order = await openOrder(one);
    for (const [at, note] of [...notes, '\u202eoliv', '👩‍🍳', '\ufeff'].entries()) {
      const args = lineArgs(order, { note: JSON.stringify(note) }, `n${at}`);
      expectDecided(note, await one.give('order.addLine', args), ok);
    }
    const { lines } = (await readOrder(order)) as { lines: Asked[] };
    const kept = lines.map(({ note }) => note).filter((note) => note !== null);
    expect(kept).toEqual([...notes, '\u202eoliv', '👩‍🍳', '\ufeff']);
  });

  it('rejects a note of 40 KiB, half an emoji and U+0000 alone; the rest of the batch commits [M1] [scenario 68]', async () => {
    const writer = await letIn();
    const order = await openOrder(writer);
    const notes = ['"a"', JSON.stringify('x'.repeat(40_960)), '"a\\ud83d"', '"a\\u0000"', '"b"'];
    const commands = notes.map((note, at) =>
      commandText(writer.device, 3 + at, 'order.addLine', lineArgs(order, { note }, `n${at}`)),
    );
    const decided = await writer.push(...commands);
    const no = 'rejected';
    expect(decided.map(({ outcome }) => outcome)).toEqual(['ok', no, no, no, 'ok']);
    const { lines } = (await readOrder(order)) as { lines: Asked[] };
    expect(lines.map(({ note }) => note)).toEqual([null, 'a', 'b']);
    writer.leave();
  });

  it('ends the one socket on which it hears what is none of its messages [M3] [scenario 50]', async () => {
    const twice = '{"type":"ping","type":"welcome"}';
    const odd = [
      '{"type":"future"}',
      '{"type":"__proto__"}',
      'null',
      deep,
      '{"type":"push"}',
      twice,
    ];
    for (const text of odd) {
      const liar = await letIn();
      liar.say(text);
      expect(await liar.until('bye'), text.slice(0, 40)).toMatchObject({ code: 'BAD_FRAME' });
      await liar.gone;
    }
  });
});
