import { describe, expect, it } from 'vitest';
import type { LineRow } from '../order/line-row.ts';
import { createFloor } from '../testing/floor.ts';
import { add, fillMenu, giveAll, open, orderOf, putItem } from '../testing/orders.ts';
import type { ItemRow } from './item-row.ts';

describe('prices', () => {
  it('stay what they were on the screen when the menu changes meanwhile [scenario 38]', () => {
    const floor = createFloor();
    fillMenu(floor);
    floor.give(open());
    putItem(floor, 'soup', { priceMinor: 650, version: 'v2' });
    const decided = floor.give(add('l1'));
    expect(decided.flags).toEqual([]);
    expect(orderOf(floor).totalMinor).toBe(500);
    floor.give(add('l2', 'tablet-1', { version: 'v2', shownMinor: 650 }));
    expect(orderOf(floor).totalMinor).toBe(500 + 650);
    expect(floor.body('line/o1.l1') as LineRow | undefined).toMatchObject({
      version: 'v1',
      unitMinor: 500,
    });
  });

  it('that the menu does not know are kept as shown, and people look at the bill', () => {
    const floor = createFloor();
    fillMenu(floor);
    floor.give(open());
    const lost = { version: 'v9', shownMinor: 333, choices: ['bread'] };
    expect(floor.give(add('l1', 'tablet-1', lost)).flags).toEqual(['PRICE_UNKNOWN']);
    const odd = { choices: ['constructor'], shownMinor: 444 };
    expect(floor.give(add('l2', 'tablet-1', odd)).flags).toEqual(['PRICE_UNKNOWN']);
    expect(orderOf(floor).totalMinor).toBe(777);
  });

  it("shown wrongly are the menu's, and people look at the bill", () => {
    const floor = createFloor();
    fillMenu(floor);
    floor.give(open());
    expect(floor.give(add('l1', 't1', { shownMinor: 1 })).flags).toEqual(['PRICE_DIFFERS']);
    expect(orderOf(floor).totalMinor).toBe(500);
  });

  it('under one version never change', () => {
    const floor = createFloor();
    fillMenu(floor);
    expect(putItem(floor, 'beer', { priceMinor: 1, station: 'bar' }).refusal?.code).toBe(
      'VERSION_TAKEN',
    );
    expect(putItem(floor, 'beer', { priceMinor: 400, station: 'bar' }).refusal).toBeUndefined();
    const bread = { bread: { name: 'Bread', priceMinor: 101 } };
    const dearer = putItem(floor, 'soup', { priceMinor: 500, choices: bread });
    expect(dearer.refusal?.message).toContain('Save the change under a new version');
  });

  it('offered again from an older history join the list and leave the newer one in place', () => {
    const floor = createFloor();
    floor.epoch = 2;
    putItem(floor, 'soup', { priceMinor: 900, version: 'new' });
    floor.epoch = 1;
    floor.seq = 50;
    putItem(floor, 'soup', { priceMinor: 500, version: 'old', station: 'bar' });
    const item = floor.body('item/soup') as ItemRow | undefined;
    expect(item).toMatchObject({ version: 'new', station: 'kitchen', setAt: { epoch: 2, seq: 1 } });
    expect(Object.keys(item?.versions ?? {}).toSorted()).toEqual(['new', 'old']);
    const old = { version: 'old', shownMinor: 500 };
    expect(giveAll(floor, [open(), add('l1', 't1', old)])).toEqual([]);
    expect(orderOf(floor).totalMinor).toBe(500);
  });
});
