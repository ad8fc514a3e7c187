import { expect, it } from 'vitest';
import { counts } from '../../e2e/counts.ts';
import { runHistories } from './histories.ts';

const { histories } = counts;
const firstSeed = 1_000_000;

it(
  `keeps every invariant in ${histories} more histories`,
  () => {
    expect(runHistories(firstSeed, histories).steps).toBeGreaterThan(0);
  },
  histories * 5_000,
);
