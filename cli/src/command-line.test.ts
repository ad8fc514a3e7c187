import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, expect, it } from 'vitest';

import { type HubProcess, startHub } from './replay/hub-process.ts';
import { runCommand } from './testing/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-test-'));
const sample = path.resolve(import.meta.dirname, '../samples/orders.jsonl');
const emptyFile = path.join(folder, 'empty.tsv');
writeFileSync(emptyFile, '\n');
const till = ['pair', '--role', 'entry', '--name', 'Till'];
let hub: HubProcess | undefined;

afterEach(async () => {
  await hub?.stop();
  hub = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('says what there is', async () => {
  const { code, stdout, stderr } = await runCommand('--help');
  expect(stdout).toMatch(
    /start[^]*stop[^]*restart[^]*status[^]*logs[^]*doctor[^]*pair[^]*devices[^]*revoke[^]*approve[^]*replay/,
  );
  expect(stdout).not.toContain('replay-device');
  expect([code, stderr]).toEqual([0, '']);
});

it.each([
  [['paint'], /unknown command 'paint'/],
  [['pair', '--name', 'Till'], /--role/],
  [['replay', 'x', '--entries', 'two'], /whole number from 1 to 64/],
  [['replay', '/no/such/file'], /^There is no file \/no\/such\/file\.\nName a file of orders/],
  [['replay', import.meta.dirname], /src is a folder\.\nName a file/],
  [
    ['replay', import.meta.filename],
    /test\.ts holds no order:\n {2}line 1: .*\nA file of orders is/,
  ],
  [['replay', emptyFile], /^\S*empty\.tsv is empty\.\nA file of orders is/],
  [['replay', emptyFile, '--skip-bad'], /is empty\./],
  [['replay', sample, '--keep', path.join(emptyFile, 'x')], /is a file, or lies in one\.\nChoose/],
  [['replay', sample, '--keep', '/no/such/folder'], /there is no \/no\/such\.\nChoose another/],
  [['replay', sample, '--colour'], /unknown option '--colour'\nAdd --help/],
  [
    ['pair', '--role', 'chef', '--name', 'Pot'],
    /'chef' is invalid.* entry, counter, kitchen, guest, man/,
  ],
  [['pair', '--role', 'entry', '--name', ''], /'--name <name>'.* needs a name that people can see/],
  [['pair', '--role', 'entry', '--name', '  '], /needs a name that people can see/],
  [['pair', '--role', 'entry', '--name', 'x'.repeat(65)], /has at most 64 characters/],
  [['pair', '--role', 'entry', '--name', 'a\u0007'], /is one line, without tabs/],
  [['rename', 'Till'], /missing required argument 'name'/],
  [['rename', 'Till', ' '], /needs a name that people can see/],
  [['role', 'Till', 'chef'], /'chef' is invalid.* entry, counter, kitchen, guest, man/],
  [['approve', 'K7Q2-M9XD'], /--role/],
  [['orders', '--day', '2026-02-30'], /It must be a day/],
  [['orders', '--number', '17'], /the number of an order, as B17/],
  [['orders', '--limit', '0'], /whole number from 1 to 10000/],
  [['export', '--day', '2026-11-22'], /--out/],
  [['export', '--day', '2026-11-22', '--out', 'x', '--format', 'xls'], /csv, json/],
  [['devices', '--hub', 'http://192.168.1.4:8080'], /is not 127\.0\.0\.1 with a port/],
  [[...till, '--hub', 'http://127.0.0.1:99999'], /is not 127\.0\.0\.1 with a port/],
  [['status', '--hub', '99999'], /is not 127\.0\.0\.1 with a port/],
  [['stop', '--hub', 'http://192.168.1.4:8080'], /is not 127\.0\.0\.1 with a port/],
  [['logs', '--lines', '0'], /whole number from 1 to 999999/],
  [[...till, '--hub', 'http://192.168.1.4:8080'], /is not 127\.0\.0\.1 with a port/],
])('ends with 2 and a sentence when asked wrongly: %j', async (args, sentence) => {
  const { code, stdout, stderr } = await runCommand(...args);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, '']);
});

const devices = ['pair', 'devices', 'rename', 'role', 'retire', 'revoke', 'approve'];
const running = ['stop', 'restart', 'status', 'logs', 'doctor'];
const commands = [...devices, ...running, 'replay', 'orders', 'export', 'attention'];

it.each(commands)('explains every flag of %s, with an example', async (command) => {
  const { stdout } = await runCommand(command, '--help');
  const [flags = '', examples = ''] = stdout.split('\nExamples:\n');
  const named = [...flags.matchAll(/^ {2}(--[a-z-]+).* {2}\S/gm)].map(([, flag]) => flag);
  expect(named.length).toBeGreaterThan(2);
  const shown =
    examples
      .match(/^ {2}npm run -s pos-sync -- .*$/gm)
      ?.join(' ')
      .split(' ') ?? [];
  expect(named.filter((flag) => !shown.includes(flag ?? ''))).toEqual([]);
});

it('says in the help of replay what the words of its table mean', async () => {
  const { stdout } = await runCommand('replay', '--help');
  const words = ['lost, there twice', 'devices that differ', 'commands sent again', 'the hub knew'];
  for (const word of words) expect(stdout).toContain(word);
});

it('names bad rows and stops, before it starts anything', async () => {
  const file = path.join(folder, 'bad.jsonl');
  const line = '{"name":"Tea","quantity":2,"totalMinor":301}';
  const good = line.replace('301', '300');
  writeFileSync(file, `{"id":"a","lines":[${line}]}\nnonsense\n{"id":"b","lines":[${good}]}\n`);
  const { code, stderr } = await runCommand('replay', file);
  expect(stderr).toContain('line 1: in its line 1, 301 minor units for 2 cannot be divided');
  expect(stderr).toContain('line 2: this is not JSON');
  expect(stderr).toContain('--skip-bad');
  expect(code).toBe(2);
});

it('names the row whose text no hub could keep, and goes on without it when told', async () => {
  const file = path.join(folder, 'unfit.jsonl');
  const order = (id: string, name: string): string =>
    `{"id":"${id}","lines":[{"name":"${name}","quantity":1,"totalMinor":300}]}\n`;
  const unfit = [order('b', String.raw`Te\u0000a`), order('c', String.raw`Tea \ud83c`)];
  writeFileSync(file, order('a', 'Tea') + unfit.join(''));
  const { code, stderr } = await runCommand('replay', file);
  expect(stderr).toContain("line 2: in its line 1, an item's name holds the character U+0000");
  expect(stderr).toContain("line 3: in its line 1, an item's name holds half of a character");
  expect(code).toBe(2);
  const without = await runCommand('replay', file, '--skip-bad', '--displays', '0');
  expect(without.stdout).toContain('the one order is in the database');
  expect(without.stdout).toMatch(/to a display, median +–\n/);
  expect(without.code).toBe(0);
});

it('keeps what lies in a folder that is not empty', async () => {
  const { code, stderr } = await runCommand('replay', sample, '--keep', import.meta.dirname);
  expect(stderr).toMatch(/is not empty[^]*Choose a new folder/);
  expect(code).toBe(2);
});

it('says what to do when the hub is stopped', async () => {
  const day = ['--day', '2026-11-22', '--out', path.join(folder, 'day.csv')];
  const past = [['orders'], ['orders', 'B1'], ['export', ...day], ['attention']];
  const onDevices = [['devices'], ['revoke', 'Till'], ['approve', 'Till', '--role', 'entry']];
  const asked = [till, ...onDevices, ...past];
  const { code, stderr } = await runCommand(...till, '--data', folder);
  expect(stderr).toMatch(/No hub ever ran on .*\nStart the hub once/);
  expect(code).toBe(1);
  hub = await startHub(path.join(folder, 'stopped'));
  const { address, dataFolder } = hub;
  await hub.stop();
  for (const command of asked) {
    const stopped = await runCommand(...command, '--data', dataFolder, '--hub', address);
    expect(stopped.stderr).toMatch(/No hub answers at .*\nStart it with "npm run production"/);
    expect(stopped.code).toBe(1);
  }
});

it('says of a running hub whose key was deleted how it gets a new one', async () => {
  hub = await startHub(path.join(folder, 'keyless'));
  rmSync(path.join(hub.dataFolder, 'admin.key'));
  const at = ['--data', hub.dataFolder, '--hub', hub.address];
  const { code, stderr } = await runCommand(...till, ...at);
  expect(stderr).toMatch(/^The hub's key in .*keyless, admin\.key, is missing or damaged\.\n/);
  expect(stderr).toMatch(/\nStop the hub and start it again: it then makes a new one/);
  expect(code).toBe(1);
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
