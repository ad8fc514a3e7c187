import { describe, expect, it } from 'vitest';
import { createShop } from './shop.ts';

describe('the shop', () => {
  const shop = createShop({ timeZone: 'Europe/Berlin', cutOffHour: 4 });

  it('understands the present version of each command and no invented one', () => {
    const args = { order: 'o1' };
    expect(shop.upcast('order.send', 1, args)).toBe(args);
    expect(shop.upcast('order.send', 2, args)).toBeUndefined();
    expect(shop.upcast('order.dance', 1, args)).toBeUndefined();
  });

  it('files every command under the order it is about', () => {
    const subjects = [
      ['order.send', { order: 'o1' }],
      ['ticket.bump', { ticket: 'o1.kitchen', round: 1 }],
      ['ticket.receipt', { ticket: 'o1.bar', revision: 1, device: 'd', station: 'bar' }],
    ] as const;
    for (const [name, args] of subjects) {
      expect(shop.mutators.get(name)?.subject(args)).toBe('o1');
    }
  });
});
