import { describe, expect, it } from 'vitest';
import type { Row } from '@pos-sync/sync';
import { createFloor } from '../testing/floor.ts';
import { add, fillMenu, mark, open, pay, send } from '../testing/orders.ts';

describe('what each role sees', () => {
  const floor = createFloor();
  fillMenu(floor);
  for (const command of [open(), add('l1'), pay('p1', 500), send(), mark('ready')]) {
    floor.give(command);
  }

  const kindsSeen = (role: string): readonly string[] => {
    const view = floor.shop.views.get(floor.shop.viewOf(role) ?? '');
    const seen = [...floor.rows.values()].filter((row) => view?.project(row) !== undefined);
    return [...new Set(seen.map((row) => row.key.split('/')[0] ?? ''))].toSorted();
  };
  const all = ['board', 'counter', 'item', 'line', 'order', 'payment', 'ticket'];

  it('shows service and managers the whole order', () => {
    for (const role of ['entry', 'counter', 'program', 'manager', 'hub']) {
      expect(kindsSeen(role)).toEqual(all);
    }
  });

  it('shows the kitchen tickets and no money', () => {
    expect(kindsSeen('kitchen')).toEqual(['board', 'ticket']);
  });

  it('shows guests a number and whether it is ready, and nothing else', () => {
    expect(kindsSeen('guest')).toEqual(['board']);
    expect(floor.body('board/o1')).toEqual({ number: 'B1', state: 'ready' });
  });

  it('shows attention to managers alone, and devices by name to service too', () => {
    const holders = (kind: string): readonly string[] =>
      [...floor.shop.views].filter(([, view]) => view.kinds.has(kind)).map(([name]) => name);
    expect(holders('attention')).toEqual(['manager']);
    expect(holders('device')).toEqual(['entry', 'manager']);
  });

  it('shows a role nobody knows nothing', () => {
    expect(floor.shop.viewOf('burglar')).toBeUndefined();
  });

  it('gives rows as they are, so that nothing is copied per device', () => {
    const row: Row | undefined = floor.rows.get('order/o1');
    if (row === undefined) throw new Error('The order is missing.');
    expect(floor.shop.views.get('entry')?.project(row)).toBe(row.body);
  });

  it('tells devices by the projection when what they see has changed its shape', () => {
    const projections = [...floor.shop.views].map(([name, view]) => `${name}: ${view.projection}`);
    expect(projections).toEqual([
      'entry: item1,order1,line1,ticket1,payment1,counter1,board1,device1',
      'kitchen: ticket1,board1',
      'guest: board1',
      'manager: item1,order1,line1,ticket1,payment1,counter1,board1,device1,attention1',
    ]);
  });
});
