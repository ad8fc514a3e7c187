// The hub is killed again and again under the load of real devices, each time at another moment
// while commands are unanswered, and comes back on the same folder and port. The two tests that run
// this differ in how often.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { randomFrom } from '../cli/src/replay/random.ts';
import { openReadOnly } from '../local-server/src/store/open.ts';
import { type Crew, openCrew, settled } from './crew.ts';
import { attentionOf, judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serve } from './service.ts';
import { openStandingHub, type StandingHub } from './standing-hub.ts';
import { pause, until } from './until.ts';

export interface KillReport {
  readonly kills: number;
  readonly killsWithUnanswered: number;
  /** Commands that were durable on the hub when it was killed, and whose device did not know it. */
  readonly committedUnheard: number;
  readonly accepted: number;
  /** Lost, doubled or different; in sentences. */
  readonly findings: readonly string[];
  readonly attention: readonly string[];
}

const waiters = 3;
const unansweredMax = 24;
const killWithinMs = 60;
const patienceMs = 30_000;
const wireMs = 5;

export async function runKillRounds(rounds: number, seed: number): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kill-'));
  mkdirSync(path.join(folder, 'devices'));
  const hub = await openStandingHub(path.join(folder, 'data'));
  let crew: Crew | undefined;
  try {
    const ledger = new Ledger();
    crew = await openCrew(hub, path.join(folder, 'devices'), ledger, waiters);
    const service = serve(crew.devices, { unansweredMax, name: 'k' });
    const counts = await killAll({ hub, crew, ledger, rounds, seed });
    await service.stop();
    await settled(crew);
    await hub.end('SIGKILL');
    const kept = readKept(hub.dataFolder);
    const findings = judge(kept, ledger, crew);
    const attention = attentionOf(kept);
    return { ...counts, accepted: ledger.answered, findings, attention };
  } finally {
    await hub.end('SIGKILL');
    await crew?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rounds {
  readonly hub: StandingHub;
  readonly crew: Crew;
  readonly ledger: Ledger;
  readonly rounds: number;
  readonly seed: number;
}

/** Every second round lets the hub get to work first; the others meet it while devices come back. */
async function killAll({ hub, crew, ledger, rounds, seed }: Rounds) {
  const random = randomFrom(seed);
  let killsWithUnanswered = 0;
  let committedUnheard = 0;
  let checked = 0;
  for (let kill = 1; kill <= rounds; kill += 1) {
    const before = ledger.answered;
    const isAtWork = (): boolean => ledger.answered > before + unansweredMax;
    if (kill % 2 === 0) await until('the hub at work', isAtWork, patienceMs);
    await until('an unanswered command', () => crew.waiting() > 0, patienceMs);
    await pause(random.below(killWithinMs + 1));
    await until('an unanswered command', () => crew.waiting() > 0, patienceMs);
    const ended = hub.end('SIGKILL');
    if (crew.waiting() > 0) killsWithUnanswered += 1;
    await ended;
    // What was on the wire is still heard.
    await pause(wireMs);
    const kept = keptBy(hub.dataFolder, ledger.unanswered());
    committedUnheard += kept.size;
    // Now, and not at the end: a device would bring back what the hub had forgotten.
    const heard = ledger.entries.slice(checked).filter(({ answered }) => answered !== undefined);
    const ids = heard.map(({ id }) => id);
    const there = keptBy(hub.dataFolder, ids);
    const lost = ids.filter((id) => !there.has(id)).length;
    if (lost > 0) throw new Error(`kill ${kill} lost ${lost} commands that were accepted`);
    checked = firstUnanswered(ledger);
    await hub.start();
    crew.nudge();
  }
  return { kills: rounds, killsWithUnanswered, committedUnheard };
}

/** Which of these commands the database of a killed hub holds. */
function keptBy(dataFolder: string, ids: readonly string[]): ReadonlySet<string> {
  const db = openReadOnly(dataFolder);
  try {
    const logged = new Set(
      db
        .prepare('SELECT id FROM log')
        .all()
        .map((row) => row['id']),
    );
    return new Set(ids.filter((id) => logged.has(id)));
  } finally {
    db.close();
  }
}

/** Everything before it has been looked for in a database. */
function firstUnanswered({ entries }: Ledger): number {
  const index = entries.findIndex(({ answered }) => answered === undefined);
  return index === -1 ? entries.length : index;
}
