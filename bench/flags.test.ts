import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { readFlags } from './flags.ts';

const measurements = { compare: 'three programs', latency: 'how long an order takes' };
const read = (...args: string[]): unknown => readFlags(args, measurements);

it('measures everything when nothing is said', () => {
  expect(read()).toEqual({
    seconds: 5,
    rounds: 5,
    displays: 50,
    profile: false,
    names: ['compare', 'latency'],
    json: undefined,
  });
});

it('takes every flag', () => {
  const json = path.join(tmpdir(), 'bench.json');
  expect(read('latency', '--seconds=2', '--rounds', '1', '--json', json)).toMatchObject({
    names: ['latency'],
    seconds: 2,
    rounds: 1,
    json,
  });
  expect(read('--profile', '--displays', '200')).toMatchObject({ profile: true, displays: 200 });
});

it.each(['--help', '-h'])('explains every flag and measurement with %s', (flag) => {
  const { help } = read(flag) as { help: string };
  for (const name of ['seconds', 'rounds', 'displays', 'json', 'profile']) {
    expect(help).toMatch(new RegExp(`^ {2}--${name} `, 'm'));
  }
  for (const [name, says] of Object.entries(measurements)) {
    expect(help).toMatch(new RegExp(`^ {2}${name} +${says}$`, 'm'));
  }
});

it.each([
  [['--colour'], "Unknown option '--colour'. Ask with --help for all that can be said here."],
  [['--seconds'], /^Option '--seconds <value>' argument missing\. Ask with --help/],
  [['--profile=yes'], /^Option '--profile' does not take an argument\. Ask with --help/],
  [['--seconds', '0'], '--seconds is "0": it must be a whole number from 1 to 600. Ask with'],
  [['--rounds', '2.5'], '--rounds is "2.5": it must be a whole number from 1 to 100.'],
  [['--displays', 'many'], '--displays is "many": it must be a whole number from 1 to 1000.'],
  [['latency', 'lunch'], 'There is no measurement "lunch": write one of compare, latency.'],
  [['--only', 'latency'], 'A measurement is named without a flag: npm run bench latency.'],
  [['--json', ''], '--json needs the name of a file.'],
  [['--json', '/no/such/folder/bench.json'], '--json: there is no folder /no/such/folder.'],
  [['--json', tmpdir()], 'is a folder; name a file.'],
])('refuses %j with a sentence', (args, sentence) => {
  const { wrong } = read(...args) as { wrong: string };
  if (typeof sentence === 'string') expect(wrong).toContain(sentence);
  else expect(wrong).toMatch(sentence);
  expect(wrong).not.toContain('\n');
});

it.each([
  [{ npm_config_seconds: 'true' }, '--seconds'],
  [{ npm_config_profile: 'true' }, '--profile'],
])('measures nothing when npm kept a flag for itself: %j', (kept, flag) => {
  const underNpm = { npm_lifecycle_event: 'bench', ...kept };
  const { wrong } = readFlags([], measurements, underNpm) as { wrong: string };
  expect(wrong).toBe(
    `npm kept ${flag} for itself. Flags go behind two dashes: npm run bench -- --seconds 2.`,
  );
  const npmsOwn = { npm_lifecycle_event: 'bench', npm_config_json: 'true' };
  expect(readFlags([], measurements, npmsOwn)).toMatchObject({ profile: false });
});

it('ends with 2 and the one sentence when asked wrongly', () => {
  const program = path.join(import.meta.dirname, 'main.ts');
  const ended = spawnSync(process.execPath, [program, '--colour'], { encoding: 'utf8' });
  expect(ended.stderr).toBe(
    "Unknown option '--colour'. Ask with --help for all that can be said here.\n",
  );
  expect([ended.status, ended.stdout]).toEqual([2, '']);
});
