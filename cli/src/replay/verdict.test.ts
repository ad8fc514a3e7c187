import { beforeEach, describe, expect, it } from 'vitest';

import type { Order } from '../orders/order.ts';
import { shop } from './device.ts';
import { expectedOf, totalsOf } from './expected.ts';
import type { Row } from './row-hash.ts';
import { type Database, type DeviceHolder, judge, type Verdict } from './verdict.ts';

const soup = { name: 'Soup', quantity: 2, unitMinor: 300, choices: ['Bread'] };
const tea = { name: 'Tea', quantity: 1, unitMinor: 150, choices: [] };
const orders: Order[] = [
  { id: '1', lines: [soup, tea, tea] },
  { id: '2', lines: [tea] },
  { id: '3', lines: [soup] },
];
const seq = 90;

let rows: Row[];
let devices: DeviceHolder[];

/** What a hub holds after these orders went through without a fault. */
function perfect(): Row[] {
  return orders.flatMap(({ id, lines }): Row[] => {
    const subject = `o${id}`;
    const totalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
    const row = (key: string, body: Row['body']): Row => ({ key, subject, seq: 5, body });
    const made = lines.map(({ name, quantity, choices }) => {
      return { line: '1', name, quantity, choices, voided: false };
    });
    const bill = { state: 'closed', totalMinor, paidMinor: totalMinor };
    return [
      row(`order/${subject}`, bill),
      ...lines.map((line, at) => row(`line/${subject}.${at + 1}`, { ...line, state: 'sent' })),
      row(`payment/${subject}.p1`, { amountMinor: totalMinor }),
      row(`ticket/${subject}.grill`, { station: 'grill', lines: made }),
    ];
  });
}

function device(name: string, role: string): DeviceHolder {
  const viewName = shop.viewOf(role) ?? '';
  const view = shop.views.get(viewName);
  if (view === undefined) throw new Error(`no view for ${role}`);
  const held = perfect().filter(({ key }) => view.kinds.has(key.split('/')[0] ?? ''));
  return { name, viewName, view, seq, epoch: 'e1', rows: held };
}

function verdict(archived: readonly Row[] = []): Verdict {
  const database: Database = { name: 'the database', seq, epoch: 'e1', rows, archived };
  return judge(expectedOf(orders), database, devices);
}

const without = (list: readonly Row[], key: string): Row[] => list.filter((row) => row.key !== key);

function changed(key: string, change: object): Row[] {
  return rows.map((row) => (row.key === key ? { ...row, body: { ...row.body, ...change } } : row));
}

function again(key: string, asKey: string): Row[] {
  const row = rows.find((one) => one.key === key);
  if (row === undefined) throw new Error(`no ${key}`);
  return [...rows, { ...row, key: asKey }];
}

beforeEach(() => {
  rows = perfect();
  devices = [device('display', 'manager'), device('kitchen', 'kitchen'), device('till', 'entry')];
});

it('is clean when everything is everywhere once', () => {
  expect(verdict()).toEqual({
    ...totalsOf(orders),
    lost: 0,
    duplicated: 0,
    divergentDevices: 0,
    findings: [],
  });
});

describe('lost', () => {
  it.each(['order/o2', 'line/o1.3', 'payment/o3.p1', 'ticket/o3.grill'])(
    'sees %s missing in the database',
    (key) => {
      rows = without(rows, key);
      expect(verdict()).toMatchObject({
        lost: 1,
        duplicated: 0,
        divergentDevices: 3 - onlyBills(key),
      });
      expect(verdict().findings[0]).toContain(`${key.split('/')[1]?.split('.')[0]}:`);
    },
  );

  it.each(['order/o2', 'line/o1.3', 'payment/o3.p1', 'ticket/o3.grill'])(
    'sees %s missing on one display only',
    (key) => {
      devices = devices.map((one, at) =>
        at === 0 ? { ...one, rows: without(one.rows, key) } : one,
      );
      expect(verdict()).toMatchObject({ lost: 1, duplicated: 0, divergentDevices: 1 });
    },
  );

  it('counts the same thing missing in two places once', () => {
    devices = devices.map((one) => ({ ...one, rows: without(one.rows, 'line/o1.3') }));
    expect(verdict().lost).toBe(1);
  });

  it('sees one of two equal lines missing', () => {
    rows = without(rows, 'line/o1.2');
    devices = [];
    expect(verdict()).toMatchObject({ lost: 1, lines: 4 });
  });

  it.each([{ state: 'open' }, { paidMinor: 100 }, { totalMinor: 100 }])(
    'sees a bill with %j',
    (bill) => {
      rows = changed('order/o1', bill);
      devices = [];
      expect(verdict()).toMatchObject({ lost: 1, duplicated: 0 });
    },
  );

  it('does not count a voided line as there', () => {
    rows = changed('line/o2.1', { state: 'voided' });
    devices = [];
    expect(verdict()).toMatchObject({ lost: 1, lines: 4 });
  });
});

describe('duplicated', () => {
  it.each([
    ['line/o2.1', 'line/o2.2'],
    ['payment/o2.p1', 'payment/o2.p2'],
    ['order/o2', 'order/o9'],
    ['ticket/o2.grill', 'ticket/o2.bar'],
  ])('sees %s a second time as %s', (key, asKey) => {
    rows = again(key, asKey);
    devices = [];
    expect(verdict()).toMatchObject({ lost: 0, duplicated: 1 });
  });

  it('sees it on a device, too', () => {
    const twice = again('ticket/o2.grill', 'ticket/o2.bar');
    const kitchenRows = twice.filter(({ key }) => key.startsWith('ticket/'));
    devices = devices.map((one) => (one.name === 'kitchen' ? { ...one, rows: kitchenRows } : one));
    expect(verdict()).toMatchObject({ lost: 0, duplicated: 1, divergentDevices: 1 });
  });

  it('sees more money than was due', () => {
    rows = changed('order/o1', { paidMinor: 5_000 });
    devices = [];
    expect(verdict()).toMatchObject({ lost: 0, duplicated: 1 });
  });

  it('sees a line with another quantity as one lost and one too much', () => {
    rows = changed('line/o1.1', { quantity: 3 });
    devices = [];
    expect(verdict()).toMatchObject({ lost: 1, duplicated: 1 });
  });
});

describe('divergent', () => {
  it('is a device at another seq, or of another epoch', () => {
    devices = devices.map(
      (one, at) => [{ ...one, seq: 89 }, { ...one, epoch: 'e2' }, one][at] ?? one,
    );
    expect(verdict()).toMatchObject({ lost: 0, divergentDevices: 2 });
  });

  it('is a device with a row of another content that no bill shows', () => {
    devices = devices.map((one) => ({
      ...one,
      rows: one.rows.map((row) => ({ ...row, body: { ...row.body, note: 'x' } })),
    }));
    expect(verdict()).toMatchObject({ lost: 0, duplicated: 0, divergentDevices: 3 });
  });
});

describe('a hub that others use as well', () => {
  beforeEach(() => {
    devices = devices.map((one) => ({ ...one, seq: undefined }));
  });

  function shared(told: readonly Row[]): Verdict {
    const place = { seq: undefined, epoch: 'e1' };
    // As it answers for an order: without the rows that it makes of others.
    const stored = rows.map((row) => ({ ...row, seq: 0, body: { ...row.body, id: row.key } }));
    const database = { name: 'the database', ...place, rows: stored, archived: [] };
    const word = { name: 'the hub', ...place, rows: told };
    return judge(expectedOf(orders), { ...database, told: word }, devices);
  }

  it('is clean wherever in the log its devices stand', () => {
    expect(shared(perfect())).toMatchObject({ lost: 0, duplicated: 0, divergentDevices: 0 });
  });

  it('sees a device that holds something else than a new one is told', () => {
    const other = perfect().map((row) =>
      row.key === 'order/o1' ? { ...row, body: { ...row.body, note: 'x' } } : row,
    );
    expect(shared(other)).toMatchObject({ lost: 0, duplicated: 0, divergentDevices: 2 });
  });

  it('sees what its database lost, whatever it tells', () => {
    rows = without(rows, 'payment/o3.p1');
    expect(shared(perfect())).toMatchObject({ lost: 1, divergentDevices: 0 });
  });
});

it('looks for orders of an earlier day in the archive, and not on devices', () => {
  const archived = rows.filter(({ subject }) => subject === 'o1');
  const rest = (list: readonly Row[]): Row[] => list.filter(({ subject }) => subject !== 'o1');
  rows = rest(rows);
  devices = devices.map((one) => ({ ...one, rows: rest(one.rows) }));
  expect(verdict(archived)).toMatchObject({ lost: 0, divergentDevices: 0, ...totalsOf(orders) });
});

/** The kitchen does not see bills: what is missing there makes it no different. */
function onlyBills(key: string): number {
  return key.startsWith('ticket/') ? 0 : 1;
}
