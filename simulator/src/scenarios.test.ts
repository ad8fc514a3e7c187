// Scenarios as schedules: ordinary work of a calm evening, and the one thing that goes wrong.

import { describe, expect, it } from 'vitest';
import type { Counters } from './counters.ts';
import { type Happening, type Timed, planOf } from './plan.ts';
import { swarmNamed } from './swarms.ts';
import { runHistory } from './world.ts';

const seeds = [1, 2, 3, 4, 5];
const calm = swarmNamed('calm')!;

/** Runs the schedule over five evenings; answers what happened in all of them. */
function play(faults: readonly Timed[], lengthMs = 30_000): Counters[] {
  return seeds.map((seed) => {
    const plan = planOf(seed, calm);
    const happenings = [...plan.happenings, ...faults].toSorted((a, b) => a.atMs - b.atMs);
    const { failure, counters } = runHistory({ ...plan, lengthMs, happenings });
    expect(failure, `seed ${seed}`).toBeUndefined();
    return counters;
  });
}

function at(atMs: number, ...happenings: readonly Happening[]): Timed[] {
  return happenings.map((happening) => ({ atMs, ...happening }));
}

const restore = (back: number, hasSidecar: boolean): Happening => ({
  kind: 'restore',
  back,
  hasSidecar,
});
const away = (device: number, forMs: number): Happening => ({ kind: 'away', device, forMs });

describe('the hub', () => {
  const points = ['now', 'beforeCommit', 'afterCommit', 'amongEffects'] as const;
  for (const point of points) {
    it(`loses nothing when it dies at "${point}", again and again [scenario 11]`, () => {
      const crash = (skip: number, power: boolean): Happening => ({
        kind: 'hubCrash',
        point,
        skip,
        power,
      });
      const faults = Array.from({ length: 12 }, (_, skip) =>
        at(2_000 * (skip + 1), crash(skip, skip % 2 === 0)),
      );
      for (const { hubKills } of play(faults.flat())) expect(hubKills).toBeGreaterThan(5);
    });
  }

  it('is busy on a full disk and leaves on a broken one, and loses nothing [scenario 13]', () => {
    const full: Happening = { kind: 'diskFull', forMs: 4_000 };
    const counts = play([...at(5_000, full), ...at(15_000, { kind: 'diskError' })]);
    for (const { busies, exits } of counts) {
      expect(busies).toBeGreaterThan(0);
      expect(exits).toBeGreaterThan(0);
    }
  });

  it('keeps what a newer device said until it is updated again [scenario 44]', () => {
    const update: Happening = { kind: 'update' };
    const faults = [...at(5_000, update), ...at(15_000, update), ...at(25_000, update)];
    for (const { updates } of play(faults)) expect(updates).toBe(3);
  });

  it('has the rows that its log alone gives, also after a restore [scenario 55]', () => {
    const counts = play([
      ...at(9_000, { kind: 'turn', days: 1 }),
      ...at(20_000, restore(30, true)),
    ]);
    for (const { turns, epochs } of counts) {
      expect(turns).toBeGreaterThan(1);
      expect(epochs).toBeGreaterThan(0);
    }
  });

  it('does not turn the day because its calendar jumped 400 days [scenario 69]', () => {
    const jump: Happening = { kind: 'jump', byMs: 400 * 86_400_000 };
    const die: Happening = { kind: 'hubCrash', point: 'now', skip: 0, power: false };
    // The one turn is the first day of a new store.
    for (const { turns } of play([...at(5_000, jump), ...at(8_000, die)])) expect(turns).toBe(1);
  });
});

describe('a hub that went back in time', () => {
  it('gets everything back from its devices [scenario 16]', () => {
    for (const { offered, epochs } of play(at(20_000, restore(40, true)))) {
      expect(offered).toBeGreaterThan(0);
      expect(epochs).toBeGreaterThan(0);
    }
  });

  it('is found out by the chain when it has passed its old head [scenario 17]', () => {
    const others = [1, 2, 3].map((device) => away(device, 12_000));
    play([...at(15_000, ...others), ...at(16_000, restore(3, false))]);
  });

  it('goes on without a device that stays away, and heals when it returns [scenario 18]', () => {
    const faults = [...at(15_000, away(1, 70_000)), ...at(16_000, restore(40, true))];
    play(faults, 95_000);
  });

  it('is taken for an old copy when the sidecar is lost as well [scenario 20]', () => {
    for (const { epochs } of play(at(20_000, restore(40, false)))) {
      expect(epochs).toBeGreaterThan(0);
    }
  });

  it('is healed twice from journals of three histories [scenario 62]', () => {
    play([...at(12_000, restore(25, true)), ...at(24_000, restore(25, false))]);
  });
});

describe('one identity on several tablets', () => {
  it('is told apart; nothing is lost and nothing is twice [scenario 10]', () => {
    const counts = play([...at(8_000, { kind: 'clone', device: 1 })]);
    for (const { clones } of counts) expect(clones).toBeGreaterThan(0);
  });

  it('becomes ten when one image is on ten tablets [scenario 67]', () => {
    const images = Array.from({ length: 9 }, (): Happening => ({ kind: 'clone', device: 1 }));
    for (const { clones } of play(at(8_000, ...images))) expect(clones).toBeGreaterThanOrEqual(9);
  });
});

describe('the door of the shop', () => {
  const join = (role: string): Happening => ({ kind: 'join', role });
  const become = (device: number, role: string): Happening => ({ kind: 'role', device, role });

  it('lets in again, with all its orders, whom the hub forgot [scenario 61]', () => {
    const faults = [...at(8_000, join('entry'), join('entry')), ...at(20_000, restore(200, false))];
    for (const { joins, approvals, epochs } of play(faults, 40_000)) {
      expect(joins).toBe(2);
      expect(approvals).toBeGreaterThan(0);
      expect(epochs).toBeGreaterThan(0);
    }
  });

  it('needs nobody for that where the sidecar remembers who was paired [scenario 61]', () => {
    const faults = [...at(8_000, join('entry')), ...at(20_000, restore(200, true))];
    for (const { joins, approvals } of play(faults, 40_000)) {
      expect(joins).toBe(1);
      expect(approvals).toBe(0);
    }
  });

  it('changes roles while devices are away and at work, and loses nothing [scenario 41]', () => {
    const faults = [
      ...at(6_000, away(1, 6_000)),
      ...at(8_000, become(1, 'kitchen'), become(2, 'guest')),
      ...at(16_000, become(1, 'entry'), become(2, 'entry')),
      ...at(24_000, become(1, 'manager')),
    ];
    for (const { roleChanges } of play(faults)) expect(roleChanges).toBe(5);
  });

  it('loses nothing of who is shut out or put away at work and comes in anew [scenario 42]', () => {
    const leave = (device: number, act: 'retire' | 'revoke'): Happening => ({
      kind: 'leave',
      device,
      act,
    });
    const faults = [
      ...at(6_000, away(1, 6_000)),
      ...at(8_000, leave(1, 'revoke'), join('kitchen')),
      ...at(16_000, leave(2, 'retire'), join('entry')),
      ...at(22_000, restore(40, true)),
    ];
    for (const { leaves, joins, deferred } of play(faults, 40_000)) {
      expect([leaves, joins]).toEqual([2, 2]);
      expect(deferred).toBeGreaterThan(0);
    }
  });
});
