// Cuts a failing plan down: leaves out ever smaller runs of happenings as long as the same invariant
// still breaks. Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.

import type { Plan } from './plan.ts';
import { runHistory } from './world.ts';

const triesMax = 600;

export function shrink(plan: Plan, invariant: string): Plan {
  let best = plan;
  let tries = 0;
  for (let size = Math.ceil(best.happenings.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < best.happenings.length && tries < triesMax;) {
      const happenings = best.happenings.toSpliced(start, size);
      const smaller = { ...best, happenings };
      tries += 1;
      if (runHistory(smaller).failure?.invariant === invariant) best = smaller;
      else start += size;
    }
  }
  return best;
}
