// What an honest device feels while somebody on the same WiFi does their worst: orders at a steady
// pace, quiet and under each attack in turn, several times over in one run.

import { type Bar, atMost, exactly } from '../bar.ts';
import { attack } from '../hostile/attacker.ts';
import { attacks } from '../hostile/attacks.ts';
import { pairDevices } from '../hub/pairing.ts';
import { rssMb } from '../hub/proc.ts';
import { audit } from '../ours/audit.ts';
import { type Floor, withFloor } from '../ours/floor.ts';
import { steadyOrders } from '../ours/steady.ts';
import { percentile, round } from '../statistics.ts';

const entries = 10;
const displays = 10;
const ordersPerSecond = 5;
const rounds = 3;
/** A hub that has just started grows for a while, whoever asks it. */
const warmUp = { ordersPerSecond: 40, seconds: 8 };
const ratioMax = 3;
const growthMbMax = 64;
/** The hub of a shop, and not the tireless one of the other measurements. */
const environment = { COMMAND_RATE: '50' };

interface Attacked {
  readonly answerP99Ms: number;
  readonly ratio: number;
  readonly actsPerSecond: number;
  /** The most that the hub's memory grew in one round of it. */
  readonly grownMb: number;
}

export interface Hostile {
  readonly quietP99Ms: number;
  /** The largest quiet p99 ÷ the smallest, round by round: what chance alone does. */
  readonly ratioByChance: number;
  readonly attacks: Readonly<Record<string, Attacked>>;
}

interface Phase {
  readonly answersMs: readonly number[];
  readonly acts: number;
  readonly grownMb: number;
}

export function measureHostile(seconds: number): Promise<{ result: Hostile; bars: Bar[] }> {
  return withFloor({ entries, displays, environment }, async (floor) => {
    await steadyOrders(floor.entries, warmUp.ordersPerSecond, warmUp.seconds);
    const quiet: (readonly number[])[] = [];
    const phases = new Map<string, Phase[]>(Object.keys(attacks).map((name) => [name, []]));
    for (let count = 0; count < rounds; count += 1) {
      for (const [name, all] of phases) {
        quiet.push(await answers(floor, seconds));
        all.push(await attacked(floor, name, seconds));
      }
    }
    const { missingInHub, missingInDevices } = await audit(floor);
    const quietP99Ms = percentile(quiet.flat(), 0.99);
    const summed = Object.fromEntries(
      [...phases].map(([name, all]) => [name, sum(all, quietP99Ms, seconds)]),
    );
    console.table(summed);
    const p99s = quiet.map((one) => percentile(one, 0.99));
    const ratioByChance = round(Math.max(...p99s) / Math.min(...p99s), 2);
    return {
      result: { quietP99Ms: round(quietP99Ms, 1), ratioByChance, attacks: summed },
      bars: [
        ...Object.entries(summed).flatMap(([name, { ratio, grownMb }]) => [
          atMost(`honest p99 ÷ quiet while somebody ${attacks[name]?.says}`, ratio, ratioMax),
          atMost(`MB the hub grows meanwhile (${name})`, grownMb, growthMbMax),
        ]),
        exactly('rows missing after all attacks', missingInHub + missingInDevices, 0),
      ],
    };
  });
}

async function attacked(floor: Floor, name: string, seconds: number): Promise<Phase> {
  const { hub } = floor;
  const [device] = await pairDevices(hub, 'entry', 1);
  if (device === undefined) throw new Error('nobody was paired');
  const beforeMb = rssMb(hub.pid);
  const end = await attack(name, `http://127.0.0.1:${hub.port}`, device);
  const answersMs = await answers(floor, seconds);
  const acts = await end();
  return { answersMs, acts, grownMb: rssMb(hub.pid) - beforeMb };
}

/** From submit to answer, of each command. */
async function answers({ entries: all }: Floor, seconds: number): Promise<number[]> {
  const marks = all.map(({ samples }) => samples.length);
  await steadyOrders(all, ordersPerSecond, seconds);
  const samples = all.flatMap((entry, index) => entry.samples.slice(marks[index]));
  return samples.map(({ sentMs, answeredMs }) => answeredMs - sentMs);
}

function sum(phases: readonly Phase[], quietP99Ms: number, seconds: number): Attacked {
  const p99Ms = percentile(
    phases.flatMap(({ answersMs }) => answersMs),
    0.99,
  );
  const acts = phases.reduce((all, one) => all + one.acts, 0);
  return {
    answerP99Ms: round(p99Ms, 1),
    ratio: round(p99Ms / quietP99Ms, 2),
    actsPerSecond: round(acts / (phases.length * seconds), 0),
    grownMb: Math.max(...phases.map(({ grownMb }) => grownMb)),
  };
}
