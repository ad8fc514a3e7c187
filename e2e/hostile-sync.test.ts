// A paired device that lies about who it is and where it stands, and whoever tries codes and tokens
// that are not theirs, against a real hub. It costs the liar itself something, and nobody else.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { askHub, openPairingWindow } from '../cli/src/hub-door.ts';
import { createKeys, TestDevice } from '../local-server/src/testing/standing-door.ts';
import { mutators } from '../packages/shop/src/command-table.ts';
import { freeTextFields } from '../packages/shop/src/free-text.ts';
import type { Welcome } from '../packages/sync/src/protocol/down/welcome.ts';
import {
  type Asked,
  callHub,
  commandText,
  connectHostile,
  hubIdOf,
  letInHostile,
  tryCode,
} from './hostile-device.ts';
import { hostileScene } from './hostile-scene.ts';
import { get, request } from './hostile-wire.ts';

const scene = hostileScene();
const hub = () => scene().hub;
const open = (order: string): string =>
  JSON.stringify({ order, number: { letter: 'Q', count: 1 } });
const readOrder = (order: string): Promise<Asked> =>
  askHub(hub(), 'GET', `/orders/${order}`) as Promise<Asked>;
const isOrder = async (order: string): Promise<boolean> => {
  const { orders } = (await askHub(hub(), 'GET', '/orders?limit=200')) as { orders: Asked[] };
  return orders.some((one) => one['order'] === order);
};
describe('Sync', () => {
  it('carries out once what another device repeats as its own [C3]', async () => {
    const [one, thief] = [await letInHostile(hub(), 'entry'), await letInHostile(hub(), 'entry')];
    const first = await connectHostile(hub(), one);
    await first.give('order.open', open('stolen-1'), { id: 'stolen' });
    const second = await connectHostile(hub(), thief);
    const again = await second.give('order.open', open('stolen-2'), { id: 'stolen' });
    expect(again).toMatchObject({ outcome: 'ok', id: 'stolen' });
    expect([await isOrder('stolen-1'), await isOrder('stolen-2')]).toEqual([true, false]);
    first.leave();
    second.leave();
  });

  it('does not overwrite what was given under an id by what comes under it later [C2] [C3]', async () => {
    const one = await connectHostile(hub(), await letInHostile(hub(), 'entry'));
    await one.give('order.open', open('kept'), { id: 'mine' });
    expect(await one.give('order.open', open('other'), { id: 'mine' })).toMatchObject({
      outcome: 'ok',
    });
    expect(await isOrder('other')).toBe(false);
    one.leave();
  });

  it('welcomes nobody under the id of another [H2]', async () => {
    const honest = scene().crew.manager.client.identity.device;
    const liar = new TestDevice(honest, createKeys());
    const denied = await connectHostile(hub(), liar, { first: 'deny' });
    expect(await denied.until('deny')).toMatchObject({ code: 'BAD_SIGNATURE' });
    await denied.gone;
    expect(scene().crew.manager.client.connection.isLive).toBe(true);
  });

  it('says gap to a number far ahead, and goes on where it was [C4]', async () => {
    const device = await letInHostile(hub(), 'entry');
    const one = await connectHostile(hub(), device);
    const ahead = commandText(device, 1_000_000_000, 'order.open', open('ahead'));
    one.say(`{"type":"push","commands":[${ahead}]}`);
    expect(await one.until('gap')).toMatchObject({ from: 1 });
    expect((await one.give('order.open', open('behind'))).outcome).toBe('ok');
    expect([await isOrder('ahead'), await isOrder('behind')]).toEqual([false, true]);
    one.leave();
  });

  it('denies as a copy who goes back to a number that is taken [C6]', async () => {
    const device = await letInHostile(hub(), 'entry');
    const one = await connectHostile(hub(), device);
    await one.give('order.open', open('first'));
    const again = commandText(device, 1, 'order.open', open('second'), { id: 'another' });
    one.say(`{"type":"push","commands":[${again}]}`);
    expect(await one.until('deny')).toMatchObject({ code: 'CLONE' });
    expect(await isOrder('second')).toBe(false);
    one.leave();
  });

  it.each<[string, (at: Welcome['head']) => Asked]>([
    ['another epoch', (at) => ({ at: { ...at, epoch: { number: 9, id: 'forged' } } })],
    ['another chain', (at) => ({ at: { ...at, chain: 'f'.repeat(64) } })],
    ['a place that was never', (at) => ({ at: { ...at, seq: at.seq + 1_000 } })],
    ['a proof of its own', (at) => ({ proof: { ...at, seq: at.seq + 1_000, stamp: 'forged' } })],
    ['answers it never had', () => ({ lastN: 1_000_000_000, answered: 1_000_000_000 })],
    ['that it lost a million commands', () => ({ lowest: 1_000_000 })],
  ])(
    'costs who claims %s a snapshot, and nobody goes into recovery [U6] [scenario 60]',
    async (_what, lie) => {
      const device = await letInHostile(hub(), 'entry');
      const before = await connectHostile(hub(), device);
      const { head: at, view, projection } = (await before.until('welcome')) as unknown as Welcome;
      before.leave();
      const liar = await connectHostile(hub(), device, { view, projection, ...lie(at) });
      expect(await liar.until('welcome')).toMatchObject({
        mode: 'snapshot',
        head: { epoch: at.epoch },
      });
      expect(await hub().checkedHealth()).toMatchObject({ status: 'ok' });
      expect(scene().crew.devices.every(({ client }) => client.connection.isLive)).toBe(true);
      liar.leave();
    },
  );

  it.each([
    ['1970', 0],
    ['9999', 253_402_300_799_000],
  ])('orders nothing by a clock that says the year %s', async (year, madeAt) => {
    const one = await connectHostile(hub(), await letInHostile(hub(), 'entry'));
    expect((await one.give('order.open', open(`in-${year}`), { madeAt })).outcome).toBe('ok');
    const { order } = (await readOrder(`in-${year}`)) as { order: { openedMs: number } };
    expect(Math.abs(order.openedMs - Date.now())).toBeLessThan(60_000);
    one.leave();
  });

  it('defers what a device gives that was shut out meanwhile, and tells it nothing [D5] [E5] [H6]', async () => {
    const device = await letInHostile(hub(), 'entry');
    const one = await connectHostile(hub(), device);
    await askHub(hub(), 'POST', `/devices/${device.device}/revoke`);
    await one.gone;
    const back = await connectHostile(hub(), device);
    expect(await back.until('welcome')).toMatchObject({ mode: 'pushOnly' });
    const late = await back.give('order.open', open('late'));
    expect(late).toMatchObject({ outcome: 'deferred', code: 'REVOKED' });
    expect(await isOrder('late')).toBe(false);
    back.leave();
  });
});

describe('Codes and tokens', () => {
  const openWindow = async (role = 'entry'): Promise<string> =>
    (await openPairingWindow(hub(), { role, name: 'Bar' })).code;

  it('takes a guess a second and no sixth, not even the right one', async () => {
    const code = await openWindow();
    /** Once the hub looks at it. */
    const answerTo = async (guess: string): Promise<unknown> => {
      let said: unknown;
      const ask = async () => (said = (await tryCode(hub(), guess)).code);
      await expect.poll(ask, { timeout: 10_000 }).not.toBe('TRY_LATER');
      return said;
    };
    for (let wrong = 1; wrong <= 4; wrong += 1) {
      expect(await answerTo('00000000')).toBe('WRONG_CODE');
      expect((await tryCode(hub(), code)).code).toBe('TRY_LATER');
    }
    expect(await answerTo('00000000')).toBe('NO_WINDOW');
    expect((await tryCode(hub(), code)).code).toBe('NO_WINDOW');
    expect(await answerTo(await openWindow())).toBeUndefined();
  }, 30_000);

  it('lets one of two in who race for a code, and nobody by a code that was used', async () => {
    const code = await openWindow();
    const both = await Promise.all([tryCode(hub(), code), tryCode(hub(), code)]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(both.find(({ status }) => status !== 200)?.code).toBe('NO_WINDOW');
    expect(await tryCode(hub(), code)).toMatchObject({ status: 403, code: 'NO_WINDOW' });
  });

  it('reads no token in an address, and repeats none', async () => {
    for (const url of ['/devices?token=t0ken', '/devices?authorization=Bearer%20t0ken', '/t0ken']) {
      const { status, body } = await callHub(hub(), 'GET', url);
      expect([401, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('t0ken');
    }
  });

  it('takes a program’s token neither from another machine nor when it is none any more', async () => {
    const bearer = 'b'.repeat(43);
    const { body } = await tryCode(hub(), await openWindow('program'), bearer);
    const authorization = `Bearer ${bearer}`;
    const ask = async () => (await callHub(hub(), 'GET', '/orders', { authorization })).code;
    expect(await ask()).toBeUndefined();
    const headers = [scene().ours, `Authorization: ${authorization}`];
    const stolen = await request(hub().address, get('/orders', headers), scene().stranger());
    if (process.platform === 'linux') expect(stolen.code).toBe('BEARER_ONLY_HERE');
    await askHub(hub(), 'POST', `/devices/${String(body['device'])}/role`, { role: 'manager' });
    expect(await ask()).toBe('WRONG_KEY');
  });

  it('takes no call twice, none of another device, and none of one that was shut out', async () => {
    const device = await letInHostile(hub(), 'manager');
    const call = { method: 'GET', path: '/devices' } as const;
    const id = await hubIdOf(hub());
    const ask = async (authorization: string) =>
      (await callHub(hub(), 'GET', '/devices', { authorization })).code;
    const once = device.authorization(id, call);
    expect([await ask(once), await ask(once)]).toEqual([undefined, 'OLD_COUNTER']);
    const honest = scene().crew.manager.client.identity.device;
    const forged = device.authorization(id, call).replace(device.device, honest);
    expect(await ask(forged)).toBe('WRONG_SIGNATURE');
    expect(await ask(device.authorization('hub-before', call))).toBe('WRONG_SIGNATURE');
    await askHub(hub(), 'POST', `/devices/${device.device}/revoke`);
    expect(await ask(device.authorization(id, call))).toBe('REVOKED');
  });
});

const card = '5105-1051-0510-5100';
const tea = { item: 'tea', version: 'v9', name: 'Tea', station: 'bar', priceMinor: 1 };
const line = { item: 'tea', version: 'v1', quantity: 1, choices: [], shownMinor: 250 };

describe('Card numbers', () => {
  /** Every command in which people type, as it is where they type nothing wrong. */
  const typed: Readonly<Record<string, Asked>> = {
    'menu.put': { ...tea, choices: { milk: { name: 'Milk', priceMinor: 1 } } },
    'order.addLine': { order: 'shared', line: 'card', ...line, note: 'hot' },
    'order.voidLine': { order: 'shared', line: 'card', reason: 'cold' },
  };

  it('are rejected wherever people type in a command, and lie nowhere afterwards [K1]', async () => {
    const one = await connectHostile(hub(), await letInHostile(hub(), 'manager'));
    for (const { name, schema } of mutators) {
      for (const place of freeTextFields(schema)) {
        const args = JSON.stringify(withCard(typed[name] ?? {}, place));
        expect([name, place, args.includes(card)]).toEqual([name, place, true]);
        const { outcome, code, message } = await one.give(name, args);
        expect([name, place, outcome, code]).toEqual([name, place, 'rejected', 'CARD_NUMBER']);
        expect(message).not.toContain('5105');
      }
    }
    const unread = await one.give('loyalty.add', JSON.stringify({ whatever: [card] }));
    expect(unread).toMatchObject({ outcome: 'rejected', code: 'CARD_NUMBER' });
    one.leave();
    expect(filesWithCard()).toEqual([]);
  });

  it('are no names of devices, and are not repeated', async () => {
    const { device } = scene().crew.manager.client.identity;
    const authorization = `Bearer ${readFileSync(path.join(hub().dataFolder, 'admin.key'), 'utf8')}`;
    for (const url of ['/pairing/windows', `/devices/${device}/rename`]) {
      const role = url.endsWith('windows') ? { role: 'entry' } : {};
      const answer = await callHub(hub(), 'POST', url, { authorization }, { ...role, name: card });
      expect(answer).toMatchObject({ status: 400, code: 'CARD_NUMBER' });
      expect(JSON.stringify(answer)).not.toContain('5105');
    }
    expect(filesWithCard()).toEqual([]);
  });
});

/** `*` is every field of a record. */
function withCard(args: unknown, [field, ...rest]: readonly string[]): unknown {
  if (field === undefined) return card;
  const inner = args as Asked;
  const fields = field === '*' ? Object.keys(inner) : [field];
  return {
    ...inner,
    ...Object.fromEntries(fields.map((name) => [name, withCard(inner[name], rest)])),
  };
}

function filesWithCard(): string[] {
  const all = readdirSync(hub().dataFolder, { recursive: true, withFileTypes: true });
  const files = all.filter((file) => file.isFile());
  const paths = files.map((file) => path.join(file.parentPath, file.name));
  const isThere = (text: string): boolean =>
    [card, card.replaceAll('-', '')].some((one) => text.includes(one));
  return paths.filter((file) => isThere(readFileSync(file, 'latin1')));
}
