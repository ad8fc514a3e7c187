// What happens in a history, as data: which devices, what their users do, which faults strike when.
// Made from a seed before the run begins, so that a failure can be cut down to what it needs.

import type { CrashPoint } from './hub-node.ts';
import type { DeviceCrashPoint } from './device-node.ts';
import type { Weather } from './network.ts';
import { type Random, seeded } from './random.ts';

export type Act =
  | 'open'
  | 'addLine'
  | 'changeQuantity'
  | 'voidLine'
  | 'send'
  | 'pay'
  | 'payUnknown'
  | 'close'
  | 'start'
  | 'ready'
  | 'bump'
  | 'menu'
  | 'praise'
  | 'forbidden'
  | 'closeAttention'
  | 'drawn';

export type Happening =
  | { readonly kind: 'user'; readonly device: number; readonly act: Act; readonly pick: number }
  | { readonly kind: 'cut'; readonly device: number }
  | { readonly kind: 'silence'; readonly device: number; readonly forMs: number }
  | { readonly kind: 'press'; readonly device: number; readonly forMs: number }
  | {
      readonly kind: 'deviceCrash';
      readonly device: number;
      readonly point: DeviceCrashPoint;
      readonly skip: number;
      readonly power: boolean;
    }
  | {
      readonly kind: 'hubCrash';
      readonly point: CrashPoint;
      readonly skip: number;
      readonly power: boolean;
    }
  | { readonly kind: 'diskFull'; readonly forMs: number }
  | { readonly kind: 'diskError' }
  /** The next read of the hub's database fails. */
  | { readonly kind: 'readError' }
  /** The next command turns out not to fit into the database, whatever the hub does. */
  | { readonly kind: 'unfit' }
  /** Somebody stops the hub as one should, and starts it again. */
  | { readonly kind: 'stop'; readonly forMs: number }
  /** Somebody makes another tablet from an image of this one. */
  | { readonly kind: 'clone'; readonly device: number }
  /** Another tablet is paired. */
  | { readonly kind: 'join'; readonly role: string }
  /** A manager gives a tablet another role. */
  | { readonly kind: 'role'; readonly device: number; readonly role: string }
  /** A manager puts a tablet away, or shuts it out. */
  | { readonly kind: 'leave'; readonly device: number; readonly act: 'retire' | 'revoke' }
  /** A tablet is switched off for a while. */
  | { readonly kind: 'away'; readonly device: number; readonly forMs: number }
  /** It stays away for longer than a recovery waits for it. */
  | { readonly kind: 'longAway'; readonly device: number; readonly forMs: number }
  | { readonly kind: 'storageFull'; readonly device: number; readonly forMs: number }
  | { readonly kind: 'nudge'; readonly device: number }
  | { readonly kind: 'jump'; readonly byMs: number }
  | { readonly kind: 'turn'; readonly days: number }
  /** A copy of the store is verified on another medium. */
  | { readonly kind: 'copy' }
  /** The hub is updated, or put back to the build before; its devices load it when they start. */
  | { readonly kind: 'update' }
  /** An old copy of the database is put back: so many commits are gone. */
  | { readonly kind: 'restore'; readonly back: number; readonly hasSidecar: boolean };

export type Timed = Happening & { readonly atMs: number };

export interface Plan {
  readonly seed: number;
  readonly roles: readonly string[];
  readonly clockOffsetsMs: readonly number[];
  readonly weather: Weather;
  readonly commitMs: number;
  readonly storageMs: number;
  readonly lengthMs: number;
  readonly happenings: readonly Timed[];
}

/** Which fault classes a run may have, each per minute of virtual time; the rest is switched off. */
export interface Swarm {
  readonly name: string;
  readonly perMinute: Partial<Record<Exclude<Happening['kind'], 'user'>, number>>;
  readonly weather?: Partial<Weather>;
  readonly actsPerMinute?: number;
  /** How many commits a restore may lose. */
  readonly backMax?: number;
  /** Mean time of a commit, where it matters. */
  readonly commitMs?: number;
  readonly acts?: Partial<Record<Act, number>>;
  /** Take each fault class or leave it, by the seed. */
  readonly coin?: boolean;
}

const standardActs: Record<Act, number> = {
  open: 10,
  addLine: 30,
  changeQuantity: 8,
  voidLine: 5,
  send: 14,
  pay: 9,
  payUnknown: 1,
  close: 8,
  start: 6,
  ready: 6,
  bump: 8,
  menu: 1,
  praise: 2,
  forbidden: 1,
  // Drawn by a swarm of its own: another act here would make other histories of all seeds ever named.
  closeAttention: 0,
  drawn: 3,
};

export const generalSwarm: Swarm = {
  name: 'general',
  coin: true,
  perMinute: {
    cut: 10,
    silence: 4,
    press: 6,
    deviceCrash: 6,
    hubCrash: 5,
    diskFull: 1.5,
    diskError: 1,
    readError: 0.7,
    unfit: 1.5,
    stop: 1,
    storageFull: 1,
    away: 2,
    longAway: 0.3,
    clone: 0.4,
    nudge: 2,
    jump: 1,
    turn: 1,
    restore: 0.7,
    copy: 2,
    update: 0.7,
  },
  weather: { lossShare: 0.05, doubleShare: 0.1, overtakeShare: 0.1 },
};

const hubPoints: readonly CrashPoint[] = [
  'now',
  'beforeCommit',
  'beforeSync',
  'afterCommit',
  'amongEffects',
];
const devicePoints: readonly DeviceCrashPoint[] = [
  'now',
  'beforeAppend',
  'afterAppend',
  'afterSend',
  'amongEffects',
];
const paired = ['entry', 'kitchen', 'guest', 'manager'];
const dayMs = 86_400_000;
/** So long a recovery waits for a device at least. */
const recoveryMs = 32_000;

export function planOf(seed: number, swarm: Swarm = generalSwarm): Plan {
  const random = seeded(seed);
  const entries = 1 + random.below(3);
  const roles = [
    'manager',
    ...Array.from({ length: entries }, () => 'entry'),
    'kitchen',
    ...(random.chance(0.5) ? ['guest'] : []),
    ...(random.chance(0.3) ? ['kitchen'] : []),
  ];
  const lengthMs = 20_000 + random.below(40_000);
  const happenings: Timed[] = [];
  plotUsers(random.fork(), swarm, roles, lengthMs, happenings);
  for (const [kind, perMinute] of Object.entries(swarm.perMinute)) {
    const stream = random.fork();
    if (swarm.coin === true && stream.chance(0.4)) continue;
    const meanMs = 60_000 / perMinute;
    for (let atMs = stream.around(meanMs); atMs < lengthMs; atMs += stream.around(meanMs)) {
      happenings.push({ atMs, ...faultOf(kind as FaultKind, stream, roles.length, swarm) });
    }
  }
  const { lossShare = 0, doubleShare = 0, overtakeShare = 0 } = swarm.weather ?? {};
  const foul = swarm.coin !== true || random.chance(0.5);
  const share = (most: number): number => (foul ? random.unit() * most : 0);
  return {
    seed,
    roles,
    clockOffsetsMs: roles.map(() => Math.round((random.unit() - 0.5) * 800 * dayMs)),
    weather: {
      delayMs: 2 + random.around(20),
      lossShare: share(lossShare),
      doubleShare: share(doubleShare),
      overtakeShare: share(overtakeShare),
    },
    commitMs: random.around(swarm.commitMs ?? 5),
    storageMs: random.around(5),
    lengthMs: Math.max(lengthMs, ...happenings.map(returnMs)),
    happenings: [...happenings, ...lastUpdate(happenings, lengthMs, random)].toSorted(
      (one, other) => one.atMs - other.atMs,
    ),
  };
}

/** What was put back is mostly put on again in the end: whatever waited for it can be read then. */
function lastUpdate(happenings: readonly Timed[], lengthMs: number, random: Random): Timed[] {
  const updates = happenings.filter(({ kind }) => kind === 'update').length;
  const isPutBack = updates > 0 && updates % 2 === 0;
  return isPutBack && random.chance(0.8) ? [{ atMs: lengthMs, kind: 'update' }] : [];
}

/** When a device that stays away for long is back, and has had its say. */
function returnMs(happening: Timed): number {
  return happening.kind === 'longAway' ? happening.atMs + happening.forMs + 5_000 : 0;
}

type FaultKind = Exclude<Happening['kind'], 'user'>;

function plotUsers(
  random: Random,
  swarm: Swarm,
  roles: readonly string[],
  lengthMs: number,
  happenings: Timed[],
): void {
  const weights = Object.entries({ ...standardActs, ...swarm.acts }) as [Act, number][];
  const bag = weights.flatMap(([act, weight]) => Array.from({ length: weight }, () => act));
  const meanMs = 60_000 / (swarm.actsPerMinute ?? 400);
  for (let atMs = random.around(meanMs); atMs < lengthMs; atMs += random.around(meanMs)) {
    const act = random.pick(bag);
    const device = random.below(roles.length);
    const pick = random.below(1_000_000);
    happenings.push({ atMs, kind: 'user', device, act, pick });
    if (random.chance(0.05)) happenings.push({ atMs: atMs + 1, kind: 'user', device, act, pick });
  }
}

function faultOf(kind: FaultKind, random: Random, devices: number, swarm: Swarm): Happening {
  const device = random.below(devices);
  const skip = random.below(12);
  const power = random.chance(0.5);
  switch (kind) {
    case 'cut':
    case 'clone':
    case 'nudge':
      return { kind, device };
    case 'join':
      return { kind, role: random.pick(paired) };
    case 'role':
      return { kind, device, role: random.pick(paired) };
    case 'leave':
      // The first device is the manager who does it.
      return { kind, device: Math.max(1, device), act: power ? 'retire' : 'revoke' };
    case 'silence':
    case 'storageFull':
    case 'away':
    case 'press':
      return { kind, device, forMs: random.around(6_000) };
    case 'deviceCrash':
      return { kind, device, point: random.pick(devicePoints), skip, power };
    case 'hubCrash':
      return { kind, point: random.pick(hubPoints), skip, power };
    case 'diskFull':
      return { kind, forMs: random.around(4_000) };
    case 'stop':
      return { kind, forMs: random.around(2_000) };
    case 'longAway':
      return { kind, device, forMs: recoveryMs + random.around(10_000) };
    case 'diskError':
    case 'readError':
    case 'unfit':
    case 'copy':
    case 'update':
      return { kind };
    case 'jump':
      return { kind, byMs: Math.round((random.unit() - 0.5) * 800 * dayMs) };
    case 'turn':
      return { kind, days: 1 };
    case 'restore':
      return { kind, back: 1 + random.below(swarm.backMax ?? 60), hasSidecar: power };
  }
}
