// The menu over HTTP: out of the hub as a file, and back in.

import type { ItemRow } from '@pos-sync/shop';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { anyMenu } from '../testing/any-menu.ts';
import { type Answer, adminKey, openStandingDoor } from '../testing/standing-door.ts';
import { openHand } from '../testing/standing-floor.ts';
import { type Changes, putsOf } from './changes.ts';
import { fileBytesMax } from './file.ts';
import type { MenuItem } from './item.ts';
import { errorsMax } from './lines.ts';
import { menuTable } from './table.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const itemOf = (item: string, more: Partial<MenuItem> = {}): MenuItem => {
  return { item, name: `The ${item}`, station: 'kitchen', priceMinor: 500, choices: {}, ...more };
};
const post = (path: string, body: object): Promise<Answer> =>
  door.asBox({ method: 'POST', path, body });
const ask = async (path: string, items: readonly MenuItem[]): Promise<Changes> => {
  const { status, body } = await post(path, { items });
  expect([status, body['message']]).toEqual([200, undefined]);
  return body as unknown as Changes;
};
const preview = (items: readonly MenuItem[]): Promise<Changes> => ask('/menu/preview', items);
const bringIn = (items: readonly MenuItem[]): Promise<Changes> => ask('/menu/import', items);
const menuNow = async (): Promise<readonly MenuItem[]> =>
  (await door.asBox({ method: 'GET', path: '/menu' })).body['items'] as MenuItem[];
const tableNow = async (): Promise<string> => {
  const headers = { authorization: `Bearer ${adminKey}` };
  const response = await fetch(`http://${door.address}/menu?format=csv`, { headers });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  // `text()` would take the byte order mark off.
  return Buffer.from(await response.arrayBuffer()).toString();
};
const rowOf = (item: string): ItemRow =>
  door.engine.running.status.rows.find(`item/${item}`)?.body as unknown as ItemRow;

it('says what a file changes, changes just that, and nothing when it comes again', async () => {
  const [soup, beer, tea] = [itemOf('soup'), itemOf('beer'), itemOf('tea')];
  await bringIn([soup, beer, tea]);
  const dear = { ...soup, priceMinor: 650 };
  const file = [dear, beer, itemOf('cake')];
  const before = door.log();
  const said = await preview(file);
  expect(said).toMatchObject({ new: [itemOf('cake')], unchanged: 1, notInFile: [tea] });
  const { item: _item, ...from } = soup;
  expect(said.changed).toEqual([{ item: 'soup', from, to: { ...from, priceMinor: 650 } }]);
  expect(door.log()).toEqual(before);
  const done = await bringIn(file);
  expect({ ...done, basis: said.basis }).toEqual(said);
  expect(await menuNow()).toEqual([beer, itemOf('cake'), dear, tea]);
  expect(door.log()).toHaveLength(before.length + 2);
  const again = await bringIn(file);
  expect(again).toMatchObject({ basis: done.basis, new: [], changed: [], unchanged: 3 });
  expect(door.log()).toHaveLength(before.length + 2);
});

it('does to any menu what the preview of any file says, and takes back what it gave out', async () => {
  await fc.assert(
    fc.asyncProperty(anyMenu, async (file) => {
      const before = await menuNow();
      const said = await preview(file);
      expect({ ...(await bringIn(file)), basis: said.basis }).toEqual(said);
      const expected = new Map([...before, ...file].map((item) => [item.item, item]));
      const now = await menuNow();
      expect(now).toEqual([...expected.values()].toSorted((a, b) => (a.item < b.item ? -1 : 1)));
      const length = door.log().length;
      const table = { method: 'POST', path: '/menu/import', table: await tableNow() } as const;
      for (const { body } of [
        await door.asBox(table),
        await post('/menu/import', { items: now }),
      ]) {
        expect(body).toMatchObject({ new: [], changed: [], notInFile: [], unchanged: now.length });
      }
      expect(door.log()).toHaveLength(length);
    }),
    { numRuns: 30 },
  );
});

it('keeps every price under a version of its own, also one that comes back', async () => {
  const soup = itemOf('soup');
  await bringIn([soup]);
  const { version } = rowOf('soup');
  await bringIn([{ ...soup, name: 'Broth', station: null }]);
  expect(rowOf('soup')).toMatchObject({ version, name: 'Broth', station: null });
  const dear = { ...soup, priceMinor: 650 };
  for (const [file, prices] of [
    [dear, 2],
    [soup, 2],
    [dear, 2],
    [{ ...dear, choices: { bread: { name: 'Bread', priceMinor: 0 } } }, 3],
  ] as const) {
    await bringIn([file]);
    expect(await menuNow()).toEqual([file]);
    expect(Object.keys(rowOf('soup').versions)).toHaveLength(prices);
  }
  expect(rowOf('soup').versions[version]?.priceMinor).toBe(500);
});

it('changes nothing when one line is wrong, and names those that are', async () => {
  await bringIn([itemOf('soup')]);
  const before = door.log();
  const bad = [itemOf('soup', { priceMinor: 1 }), itemOf('a b'), itemOf('c', { priceMinor: 1.5 })];
  for (const path of ['/menu/preview', '/menu/import']) {
    const { status, body } = await post(path, { items: bad });
    expect([status, body['code'], body['message']]).toEqual([
      400,
      'BAD_MENU',
      '2 lines of this menu are wrong, so nothing was changed.',
    ]);
    expect(body['errors']).toEqual([
      { line: 2, column: 'item', message: expect.stringContaining('letters, digits') as string },
      { line: 3, column: 'priceMinor', message: expect.stringContaining('1250') as string },
    ]);
  }
  const all = Array.from({ length: 500 }, () => itemOf('?'));
  expect((await post('/menu/import', { items: all })).body['errors']).toHaveLength(errorsMax);
  expect(door.log()).toEqual(before);
});

it('leaves a menu alone that is not the one somebody looked at', async () => {
  const { basis } = await preview([itemOf('soup')]);
  const path = `/menu/import?basis=${basis}`;
  await bringIn([itemOf('tea')]);
  const { status, body } = await post(path, { items: [itemOf('soup')] });
  expect([status, body['code']]).toEqual([409, 'MENU_CHANGED']);
  expect(await menuNow()).toEqual([itemOf('tea')]);
  const seen = await preview([itemOf('soup')]);
  const done = await post(`/menu/import?basis=${seen.basis}`, { items: [itemOf('soup')] });
  expect(done.status).toBe(200);
});

it('does once what two ask for at the same time', async () => {
  const items = Array.from({ length: 20 }, (_, at) => itemOf(`i${at}`));
  const before = door.log().length;
  const both = await Promise.all([bringIn(items), bringIn(items)]);
  expect(both.map(({ unchanged }) => unchanged).toSorted((a, b) => a - b)).toEqual([0, 20]);
  expect(door.log()).toHaveLength(before + 20);
});

it('brings in what is left of a file wherever an earlier import of it stopped', async () => {
  const items = Array.from({ length: 12 }, (_, at) => itemOf(`i${at}`, { priceMinor: at }));
  for (let done = 0; done <= items.length; done += 1) {
    const file = items.map((item) => ({ ...item, priceMinor: item.priceMinor + 100 * done }));
    await bringIn(file.slice(0, done));
    const length = door.log().length;
    const { new: added, changed } = await bringIn(file);
    expect(door.log()).toHaveLength(length + added.length + changed.length);
    expect(await menuNow()).toEqual(file.toSorted((a, b) => (a.item < b.item ? -1 : 1)));
  }
});

it('says so when the hub takes only a part of a file', async () => {
  await bringIn([itemOf('soup')]);
  const { version } = rowOf('soup');
  const office = await openHand(door, 'manager', 'Office');
  const { item: _item, ...other } = itemOf('tea', { priceMinor: 1 });
  await office.give('menu.put', { item: 'tea', version, ...other });
  const { status, body } = await post('/menu/import', { items: [itemOf('beer'), itemOf('tea')] });
  expect([status, body['code']]).toEqual([409, 'NOT_DONE']);
  expect(body['message']).toMatch(
    /^A part of the menu could not be changed: .*already has a version/,
  );
  expect((await menuNow()).map(({ item }) => item)).toEqual(['beer', 'soup', 'tea']);
  office.leave();
});

it('takes 2,000 items in one file', async () => {
  const items = Array.from({ length: 2_000 }, (_, at) => itemOf(`i${at}`));
  expect((await bringIn(items)).new).toHaveLength(2_000);
  expect(await menuNow()).toHaveLength(2_000);
});

it('reads a body of 1 MiB and refuses one more byte, of managers; of others it reads none', async () => {
  const call = { method: 'POST', path: '/menu/preview' } as const;
  const table = `${menuTable([])}${'\n'.repeat(fileBytesMax)}`;
  const whole = Buffer.from(table).subarray(0, fileBytesMax);
  expect((await door.asBox({ ...call, table: whole })).body['code']).toBe('BAD_MENU');
  const more = Buffer.from(table).subarray(0, fileBytesMax + 1);
  expect((await door.asBox({ ...call, table: more })).status).toBe(413);
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'text/plain' };
  const plain = { method: 'POST', headers, body: 'soup' };
  expect((await fetch(`http://${door.address}/menu/preview`, plain)).status).toBe(415);
  const elsewhere = { method: 'POST', path: '/pairing/windows', table: menuTable([]) } as const;
  expect((await door.asBox(elsewhere)).status).toBe(415);
  expect((await door.send({ ...call, table: whole })).body['code']).toBe('NOT_CLAIMED');
});

it('takes a table from a manager who signed just that one', async () => {
  const office = await door.letIn('manager', 'Office');
  const call = { method: 'POST', path: '/menu/import', table: menuTable([itemOf('tea')]) } as const;
  const signature = office.authorization(door.engine.hub, call);
  const forged = { ...call, table: menuTable([itemOf('gin')]) };
  expect((await door.send(forged, signature)).body['code']).toBe('WRONG_SIGNATURE');
  expect((await door.signed(office, call)).status).toBe(200);
  expect(await menuNow()).toEqual([itemOf('tea')]);
  // The log says who it was.
  expect(door.logIds().at(-1)).toContain(`menu:${office.device}:`);
  const roles = ['entry', 'counter', 'kitchen', 'guest', 'program'];
  for (const role of roles) {
    const device = await door.letIn(role, role);
    const read = await door.signed(device, { method: 'GET', path: '/menu' });
    expect([role, read.status]).toEqual([role, role === 'program' ? 200 : 403]);
    expect((await door.signed(device, call)).body['code']).toBe('FORBIDDEN');
  }
});

it('keeps names as they are, whatever a browser or a table would make of them', async () => {
  const names = [
    '<script>alert(1)</script>',
    '=cmd|x',
    '\u{202e}puos',
    '🍜🍲',
    '\u{1b}[31mred',
    '\\',
  ];
  const items = names.map((name, at) => itemOf(`i${at}`, { name }));
  await bringIn(items);
  expect(await menuNow()).toEqual(items);
  expect(await tableNow()).toContain("'=cmd|x");
});

it('takes no card number for an id, and neither repeats nor keeps it', async () => {
  const card = '4111111111111111';
  const big = { name: 'Big', priceMinor: 0 };
  const items = [
    itemOf(card, { name: 'Soup' }),
    itemOf('a', { station: card }),
    itemOf('b', { choices: { [card]: big } }),
  ];
  for (const sent of [{ body: { items } }, { table: menuTable(items) }]) {
    const { body } = await door.asBox({ method: 'POST', path: '/menu/import', ...sent });
    const columns = (body['errors'] as { column: string }[]).map(({ column }) => column);
    expect([body['code'], columns]).toEqual(['BAD_MENU', ['item', 'station', 'choices']]);
    expect(JSON.stringify(body)).toMatch(/never kept here/);
    expect(JSON.stringify(body)).not.toContain('1111');
  }
  expect(door.log().join()).not.toContain('1111');
});

it('gives each import ids of its own, so that nothing is answered as it was before', async () => {
  const changes = await preview([itemOf('soup')]);
  const ids = [1, 2].flatMap(() => putsOf([], changes, 'd'.repeat(64)).map(({ id }) => id));
  expect(new Set(ids).size).toBe(2);
  expect(ids.map((id) => id.length)).toEqual([64, 64]);
});

it('takes no card number in a name, and neither repeats nor keeps it', async () => {
  const card = '4111 1111 1111 1111';
  const inChoice = itemOf('b', { choices: { x: { name: `to ${card}`, priceMinor: 0 } } });
  for (const items of [[itemOf('a', { name: card })], [inChoice]]) {
    for (const sent of [{ body: { items } }, { table: menuTable(items) }]) {
      const { body } = await door.asBox({ method: 'POST', path: '/menu/import', ...sent });
      expect(body).toMatchObject({
        code: 'BAD_MENU',
        errors: [{ line: expect.any(Number) as number }],
      });
      expect(JSON.stringify(body)).toMatch(/never kept here/);
      expect(JSON.stringify(body)).not.toContain('1111');
    }
  }
  expect(door.log().join()).not.toContain('1111');
});
