// The mutation gate: bugs that a sync engine is known to have, each a patch of at most five lines to
// a copy of the engine. A simulator that does not find one of them is too weak to be believed.

import type { Invariant } from '../invariants.ts';
import { deviceBugs } from './device-bugs.ts';
import { hubBugs } from './hub-bugs.ts';
import { shopBugs } from './shop-bugs.ts';
import type { Edit } from './workspace-copy.ts';

export interface PlantedBug {
  readonly name: string;
  /** The swarm made to bring it out. */
  readonly swarm: string;
  /** What it breaks first: one of these, and nothing else, has to say so. */
  readonly foundBy: readonly Invariant[];
  readonly edits: readonly Edit[];
}

export const plantedBugs: readonly PlantedBug[] = [...hubBugs, ...deviceBugs, ...shopBugs];
