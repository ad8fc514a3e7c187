// What every maker of ids must do: none twice, and nothing in them that a URL or a row's key minds.

import { describe, expect, it } from 'vitest';

import type { Ids } from '../ports/ids.ts';

const drawn = 10_000;

export function idsContract(name: string, ids: Ids): void {
  describe(`${name} keeps the contract of ids`, () => {
    it(`makes ${drawn} ids of which none is like another`, () => {
      const made = Array.from({ length: drawn }, () => ids.next());
      expect(new Set(made).size).toBe(drawn);
    });

    it('writes them in letters, digits, "-" and "_", 16 to 64 of them, and no colon', () => {
      for (let count = 0; count < 100; count += 1) expect(ids.next()).toMatch(/^[\w-]{16,64}$/);
    });

    it('draws whole numbers below a bound, each of them now and then', () => {
      for (const bound of [1, 2, 7, 250]) {
        const numbers = Array.from({ length: bound * 60 }, () => ids.below(bound));
        for (const number of numbers) expect(Number.isInteger(number)).toBe(true);
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...numbers)).toBeLessThan(bound);
        // A number that is drawn 60 times on average is left out less than once in 10^25 trials.
        expect(new Set(numbers).size).toBe(bound);
      }
    });
  });
}
