// Settings made to bring out one kind of trouble quickly, beside the general one.

import { type Swarm, generalSwarm } from './plan.ts';

const swarms: readonly Swarm[] = [
  generalSwarm,
  { name: 'calm', perMinute: {} },
  { name: 'hub-crashes', perMinute: { hubCrash: 20, cut: 4 } },
  { name: 'device-crashes', perMinute: { deviceCrash: 30, cut: 4 } },
  {
    name: 'foul-weather',
    perMinute: { cut: 10, silence: 6 },
    weather: { lossShare: 0.1, doubleShare: 0.3, overtakeShare: 0.3 },
  },
  {
    name: 'lost-parts',
    perMinute: { cut: 30, press: 10 },
    weather: { lossShare: 0.25 },
  },
  { name: 'slow-readers', perMinute: { press: 30, cut: 10 } },
  { name: 'slow-disk', perMinute: { press: 30, cut: 20, hubCrash: 4 }, commitMs: 150 },
  { name: 'bad-disk', perMinute: { diskFull: 6, diskError: 6, hubCrash: 4 } },
  { name: 'bad-values', perMinute: { unfit: 8, readError: 4, hubCrash: 3, restore: 1, cut: 6 } },
  { name: 'stops', perMinute: { stop: 12, diskFull: 4, cut: 8, restore: 1 } },
  { name: 'restores', perMinute: { restore: 3, cut: 8, hubCrash: 3, deviceCrash: 3 } },
  { name: 'copies', perMinute: { restore: 3, copy: 8, cut: 8, deviceCrash: 4 } },
  { name: 'updates', perMinute: { update: 3, deviceCrash: 20, cut: 6 } },
  { name: 'lost-sidecars', perMinute: { restore: 4, cut: 20, silence: 10 }, actsPerMinute: 900 },
  {
    name: 'forks',
    perMinute: { restore: 8, away: 40 },
    acts: { close: 60, open: 60, addLine: 5 },
    actsPerMinute: 1_200,
    backMax: 12,
  },
  {
    name: 'screens',
    perMinute: { restore: 6, cut: 20, away: 20, press: 6 },
    weather: { lossShare: 0.2 },
    acts: { drawn: 60, send: 40, open: 20 },
    actsPerMinute: 900,
    backMax: 6,
  },
  { name: 'absences', perMinute: { away: 40, restore: 6 }, backMax: 4 },
  { name: 'late-devices', perMinute: { longAway: 2, restore: 3, cut: 6 }, backMax: 120 },
  { name: 'clones', perMinute: { clone: 4, cut: 10, deviceCrash: 6 } },
  {
    name: 'door',
    perMinute: { join: 4, role: 6, cut: 8, restore: 2, hubCrash: 3, deviceCrash: 6 },
  },
  {
    name: 'attention',
    perMinute: { restore: 2, cut: 8, hubCrash: 3, turn: 1 },
    acts: { closeAttention: 60, payUnknown: 10, forbidden: 10 },
  },
  {
    name: 'leaving',
    perMinute: { leave: 3, join: 3, cut: 10, away: 4, restore: 1, hubCrash: 3, deviceCrash: 6 },
  },
  { name: 'turns', perMinute: { turn: 6, cut: 10, press: 6 } },
];

export const swarmNames: readonly string[] = swarms.map(({ name }) => name);

export function swarmNamed(name: string): Swarm | undefined {
  return swarms.find((swarm) => swarm.name === name);
}
