// Seeds that once found something, each under the name of what it found.

import { expect, it } from 'vitest';
import { planOf } from './plan.ts';
import { swarmNamed } from './swarms.ts';
import { runHistory } from './world.ts';

const found = [
  ['what was offered again and lost on the way is offered once more', 'general', 357],
  ['an order whose device offered it into a broken connection comes back', 'screens', 129],
  ['a line waits for its order as long as the tablet that opened it is away', 'late-devices', 133],
  ['a device hears how the second decision on what it offered ended', 'absences', 26],
  ['a device that is told nothing while others are heard is told afterwards', 'general', 73],
  ['a bill that is settled late gets its receipt once', 'bad-values', 32],
  ['a copy takes its journal along when it becomes itself', 'general', 100303],
  ['what lay between in the lost history is not left out by the next loss', 'general', 110709],
  ['a slow screen whose view changed gets it anew', 'general', 200259],
  ['the log alone gives the rows, whatever shares a batch with the turn', 'general', 2000153],
  ['an old snapshot that overtakes hides nothing', 'general', 2010051],
  ['what was answered while the storage was full is offered too', 'general', 3012421],
  ['what waits after an update says why it waits now', 'general', 3004931],
  ['rows of a welcome that got lost are not taken for those of the last one', 'general', 4000228],
  ['a screen whose device got another role has drawn nothing of it', 'door', 1065],
  ['what was deferred and is decided anew is asked about, also after a restart', 'door', 1089],
  ['a line taken after the storage was full is stored with the order it is on', 'general', 8001195],
  [
    'what waited in the lost history and is done in the new one stays on the screen',
    'general',
    8016971,
  ],
  ['a refused item takes the line along that stood on nothing else', 'screens', 9600041],
  [
    'what a device lets go of is held by a copy of the epoch it was welcomed in',
    'general',
    9400346,
  ],
  ['a hub that goes on without its sidecar has lost what nobody can name', 'absences', 142],
] as const;

it.each(found)('%s (%s %i) [scenario 18]', (_what, swarm, seed) => {
  expect(runHistory(planOf(seed, swarmNamed(swarm))).failure).toBeUndefined();
});
