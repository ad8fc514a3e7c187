import { describe, expect, it } from 'vitest';
import { plantedBugs } from './bugs.ts';
import { tryBug } from './try-bug.ts';

const seedsMax = 100;
const searchMs = 300_000;

describe('the simulator finds', () => {
  for (const bug of plantedBugs) {
    const { name, swarm, foundBy } = bug;
    it(
      `${name}, by ${foundBy.join(' or ')}, within ${seedsMax} histories of the swarm "${swarm}"`,
      () => {
        const search = tryBug(bug, seedsMax, swarm);
        expect(search.failed, 'it was not found').toBe(true);
        expect(foundBy, search.message).toContain(search.invariant);
      },
      searchMs,
    );
  }
});
