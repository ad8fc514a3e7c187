import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, expect, it } from 'vitest';

import { type HubProcess, startHub } from './replay/hub-process.ts';
import { runCommand } from './testing/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-test-'));
let hub: HubProcess | undefined;

afterEach(async () => {
  await hub?.stop();
  hub = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const till = ['pair', '--role', 'entry', '--name', 'Till'];

it('says what there is', async () => {
  const { code, stdout, stderr } = await runCommand('--help');
  expect(stdout).toMatch(/start[^]*pair[^]*replay/);
  expect(stdout).not.toContain('replay-device');
  expect([code, stderr]).toEqual([0, '']);
});

it.each([
  [['paint'], /unknown command 'paint'/],
  [['pair', '--name', 'Till'], /--role/],
  [['replay', 'x', '--entries', 'two'], /whole number from 1 to 64/],
  [['replay', '/no/such/file'], /cannot be read \(ENOENT\)\.\nCheck the path/],
  [[...till, '--hub', 'http://192.168.1.4:8080'], /not an address of this machine/],
])('ends with 2 and a sentence when asked wrongly: %j', async (args, sentence) => {
  const { code, stdout, stderr } = await runCommand(...args);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, '']);
});

it('names bad rows and stops, before it starts anything', async () => {
  const file = path.join(folder, 'bad.jsonl');
  const line = '{"name":"Tea","quantity":2,"totalMinor":301}';
  writeFileSync(file, `{"id":"a","lines":[${line}]}\nnonsense\n`);
  const { code, stderr } = await runCommand('replay', file);
  expect(stderr).toContain('line 1: in its line 1, 301 minor units for 2 cannot be divided');
  expect(stderr).toContain('line 2: this is not JSON');
  expect(stderr).toContain('--skip-bad');
  expect(code).toBe(2);
});

it('keeps what lies in a folder that is not empty', async () => {
  const sample = path.resolve(import.meta.dirname, '../samples/orders.jsonl');
  const { code, stderr } = await runCommand('replay', sample, '--keep', import.meta.dirname);
  expect(stderr).toMatch(/is not empty[^]*Choose a new folder/);
  expect(code).toBe(2);
});

it('says what to do when the hub is stopped', async () => {
  const { code, stderr } = await runCommand(...till, '--data', folder);
  expect(stderr).toMatch(/No hub ever ran on .*\nStart the hub once/);
  expect(code).toBe(1);
  hub = await startHub(path.join(folder, 'stopped'));
  const { address, dataFolder } = hub;
  await hub.stop();
  const stopped = await runCommand(...till, '--data', dataFolder, '--hub', address);
  expect(stopped.stderr).toMatch(/No hub answers at .*\nStart it with "npm run production"/);
  expect(stopped.code).toBe(1);
});

it('opens a pairing window on a running hub', async () => {
  hub = await startHub(path.join(folder, 'hub'));
  const at = ['--data', hub.dataFolder, '--hub', hub.address];
  const people = await runCommand(...till, ...at);
  expect(people.stdout).toMatch(/^Pairing code for Till \(entry\): [0-9A-Z]{4} [0-9A-Z]{4}\n/);
  const { code, stdout } = await runCommand(...till, ...at, '--json');
  const opened = JSON.parse(stdout) as Record<string, unknown>;
  expect(opened).toMatchObject({ role: 'entry', name: 'Till' });
  expect(String(opened['code'])).toMatch(/^[0-9A-Z]{8}$/);
  expect(Number(opened['expiresAtMs'])).toBeGreaterThan(Date.now());
  expect(code).toBe(0);
});

it('says which folder is meant when the key is another hub’s', async () => {
  hub = await startHub(path.join(folder, 'one'));
  const other = await startHub(path.join(folder, 'other'));
  const result = await runCommand(...till, '--data', other.dataFolder, '--hub', hub.address);
  await other.stop();
  expect(result.stderr).toMatch(/does not keep its data in .*\nSay which folder/);
  expect(result.code).toBe(1);
});

it('passes flags on to the hub, and its exit code back', async () => {
  const { code, stderr } = await runCommand('start', '--store', 'paper');
  expect(stderr).toContain('The setting --store is "paper"');
  expect(code).toBe(2);
});
