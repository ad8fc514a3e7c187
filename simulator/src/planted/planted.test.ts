import { describe, expect, it } from 'vitest';
import { plantedBugs } from './bugs.ts';
import { tryBug } from './try-bug.ts';

const seedsMax = 100;
const searchMs = 300_000;

describe('the simulator finds', () => {
  for (const bug of plantedBugs) {
    it(
      `${bug.name}, within ${seedsMax} histories of the swarm "${bug.swarm}"`,
      () => {
        const search = tryBug(bug, seedsMax, bug.swarm);
        expect(search.failed, 'it was not found').toBe(true);
        expect(search.invariant, search.message).not.toBe('crash');
      },
      searchMs,
    );
  }
});
