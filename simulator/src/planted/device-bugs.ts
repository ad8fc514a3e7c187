// Bugs of a device that the simulator has to find.

import type { PlantedBug } from './bugs.ts';

export const deviceBugs: readonly PlantedBug[] = [
  {
    name: 'partial catch-up applied',
    swarm: 'lost-parts',
    foundBy: ['I5'],
    edits: [
      {
        file: 'packages/sync/src/replica/frames.ts',
        find: 'const isWhole = catchUp.got.size === catchUp.parts;',
        replace: 'const isWhole = catchUp.got.size <= catchUp.parts;',
      },
    ],
  },
  {
    name: 'overlay dropped at reload',
    swarm: 'device-crashes',
    foundBy: ['O1'],
    edits: [
      {
        file: 'packages/sync/src/replica/begin.ts',
        find: '[...image.outbox, ...image.unsettled];',
        replace: '[...image.outbox];',
      },
    ],
  },
  {
    name: 'no epoch check',
    swarm: 'restores',
    foundBy: ['O10'],
    edits: [
      {
        file: 'packages/sync/src/replica/frames.ts',
        find: 'return one.epoch.number === other.epoch.number && one.epoch.id === other.epoch.id;',
        replace: 'return one.epoch !== undefined && other.epoch !== undefined;',
      },
    ],
  },
  {
    name: 'journal dropped early',
    swarm: 'copies',
    foundBy: ['I12'],
    edits: [
      {
        file: 'packages/sync/src/replica/frames.ts',
        find: 'pruneSoon(state, message.safeN);',
        replace: 'pruneSoon(state, state.lastN);',
      },
    ],
  },
  {
    name: 'own commands not shown until they are decided',
    swarm: 'calm',
    foundBy: ['I7'],
    edits: [
      {
        file: 'packages/sync/src/replica/rebase.ts',
        find: "return pending.answered === undefined || pending.answered.outcome === 'ok';",
        replace: "return pending.answered?.outcome === 'ok';",
      },
    ],
  },
];
