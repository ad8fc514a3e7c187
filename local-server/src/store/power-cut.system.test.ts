// A kill proves nothing about power cuts, since the system keeps what a killed process wrote. Here
// every write and sync of a process that commits is recorded, and the states a power cut could have
// left at any moment are built from that and opened.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { genesis } from '@pos-sync/sync/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openReadOnly, openStore } from './open.ts';
import { commitLarge, fingerprint, fingerprints, powerCommits } from './testing/power-sample.ts';
import { CutDisk, cuts, readSteps, type Cut, type Step } from './testing/power-states.ts';
import { randomFrom } from './testing/random.ts';
import { verify } from './verify.ts';

const states = 3_000;
const statesWithoutSyncs = 200;
const verifyEvery = 25;
const seed = 12;

let scratch: string;
let steps: readonly Step[];
let expected: readonly string[];
/** Folder of the recorded process. */
let recorded: string;

beforeAll(() => {
  // In memory where there is some: what is built here is opened thousands of times.
  scratch = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'power-cut-'));
  recorded = path.join(scratch, 'recorded');
  mkdirSync(recorded);
  steps = record();
  expected = fingerprints();
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it(`opens with every acknowledged commit in ${states} states a power cut could leave, 0 lost [scenario 12]`, () => {
  const said = steps.filter(({ kind }) => kind === 'say');
  expect(said).toHaveLength(powerCommits);
  const report = cutAll(steps, states);
  expect(report.problems).toEqual([]);
  expect(report.states).toBe(states);
  expect(report.lost).toBe(0);
  // Power was cut in the middle of commits: some that nobody was told of are there, some are not.
  expect(report.ahead).toBeGreaterThan(0);
  expect(report.ahead).toBeLessThan(states);
});

it('would notice: the same recording without its syncs loses acknowledged commits', () => {
  const weak = steps.filter(({ kind, file }) => kind !== 'sync' || !file.endsWith('-wal'));
  const report = cutAll(weak, statesWithoutSyncs);
  expect(report.lost).toBeGreaterThan(0);
});

/** Builds the recorder, runs the process under it, and returns what that did to its folder. */
function record(): Step[] {
  const library = path.join(scratch, 'recorder.so');
  const log = path.join(scratch, 'recording');
  const source = path.join(import.meta.dirname, 'testing/recorder.c');
  execFileSync(compiler(), ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  const child = fileURLToPath(import.meta.resolve('./testing/power-cut-child.ts'));
  const env = {
    ...process.env,
    LD_PRELOAD: library,
    RECORD_LOG: log,
    RECORD_FOLDER: recorded,
  };
  execFileSync(process.execPath, [child, recorded], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return readSteps(readFileSync(log), recorded);
}

function compiler(): string {
  const found = ['/usr/bin/cc', '/usr/bin/gcc'].find((file) => existsSync(file));
  if (found !== undefined) return found;
  execFileSync('/usr/bin/apt-get', [
    'install',
    '-y',
    '--no-install-recommends',
    'gcc',
    'libc6-dev',
  ]);
  return '/usr/bin/gcc';
}

interface Report {
  readonly states: number;
  readonly lost: number;
  /** States that hold a commit nobody was told of. */
  readonly ahead: number;
  /** Whatever else was wrong, in sentences. */
  readonly problems: readonly string[];
}

/** Cuts the power `wanted` times, evenly over all moments at which something was not synced. */
function cutAll(all: readonly Step[], wanted: number): Report {
  const moments = countMoments(all);
  const random = randomFrom(seed);
  const disk = new CutDisk(recorded);
  const report = { states: 0, lost: 0, ahead: 0, problems: [] as string[] };
  let acknowledged = 0;
  let moment = 0;
  for (const step of all) {
    disk.take(step);
    if (step.kind === 'say') acknowledged = Number(step.data.toString().split(' ')[1]);
    if (!isMoment(disk, step)) continue;
    moment += 1;
    for (; report.states < Math.floor((moment * wanted) / moments); report.states += 1) {
      const how = cuts[report.states % cuts.length] ?? 'nothing';
      const seq = open(disk.cut(how, random), report.states, how, report.problems);
      if (seq === undefined) continue;
      if (seq < acknowledged) report.lost += 1;
      if (seq > acknowledged) report.ahead += 1;
      if (seq > acknowledged + 1) report.problems.push(`${seq} is there before it was committed`);
    }
  }
  return report;
}

function isMoment(disk: CutDisk, { kind }: Step): boolean {
  return kind === 'say' || disk.isOpen;
}

function countMoments(all: readonly Step[]): number {
  const disk = new CutDisk(recorded);
  let moments = 0;
  for (const step of all) {
    disk.take(step);
    if (isMoment(disk, step)) moments += 1;
  }
  return moments;
}

/** Opens what was left as a hub would, and returns how far it goes; undefined when it does not. */
function open(
  left: ReadonlyMap<string, Buffer>,
  state: number,
  how: Cut,
  problems: string[],
): number | undefined {
  const folder = path.join(scratch, 'state');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, content] of left) writeFileSync(path.join(folder, name), content);
  const which = `state ${state} (${how})`;
  try {
    const store = openStore('sqlite', folder);
    const seq = store.load()?.head.seq ?? 0;
    if (store.load() === undefined) store.begin(genesis);
    if (fingerprint(store) !== expected[seq])
      problems.push(`${which}: not what ${seq} commits make`);
    if (seq < powerCommits) commitLarge(store, seq + 1);
    store.close();
    if (state % verifyEvery === 0) {
      const db = openReadOnly(folder);
      problems.push(...verify(db).findings.map((finding) => `${which}: ${finding}`));
      db.close();
    }
    return seq;
  } catch (error) {
    problems.push(`${which}: ${String(error)}`);
    return undefined;
  }
}
