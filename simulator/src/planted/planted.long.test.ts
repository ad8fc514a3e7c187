// The bar of the mutation gate: also the general swarm, made for nothing in particular, comes upon
// every planted bug.

import { describe, expect, it } from 'vitest';
import { counts } from '../../../e2e/counts.ts';
import { plantedBugs } from './bugs.ts';
import { tryBug } from './try-bug.ts';

const { plantedSeeds } = counts;
const searchMs = 900_000;

describe('the general swarm comes upon', () => {
  for (const bug of plantedBugs) {
    it(
      `${bug.name}, within ${plantedSeeds} histories`,
      () => {
        const search = tryBug(bug, plantedSeeds, 'general');
        expect(search.failed, 'it was not found').toBe(true);
        expect(bug.foundBy, search.message).toContain(search.invariant);
      },
      searchMs,
    );
  }
});
