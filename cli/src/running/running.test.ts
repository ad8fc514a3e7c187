// The commands about the hub process against real hubs, as people type them.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readListening } from '@pos-sync/local-server';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { builtCommand, type Ended, runCommand, runProgram } from '../testing/run-command.ts';
import { isAlive } from './waiting.ts';

let folder: string;
let data: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-running-'));
  data = path.join(folder, 'data');
  children = [];
});

afterEach(() => {
  const pid = readListening(data)?.pid;
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, ...args: string[]): Promise<Ended> =>
  runCommand(command, '--data', data, ...args);
const startHub = (...args: string[]): Promise<Ended> =>
  run('start', '--background', '--port', '0', '--host', '127.0.0.1', ...args);
const pidOf = (): number => readListening(data)?.pid ?? 0;
const stateOf = async (): Promise<unknown> =>
  (JSON.parse((await run('status', '--json')).stdout) as { state: unknown }).state;

/** A command that goes on; what it said so far is in the answer. */
function begin(...args: string[]): { readonly child: ChildProcess; said: string } {
  const child = spawn(process.execPath, [builtCommand, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const begun = { child, said: '' };
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (bytes: Buffer) => (begun.said += bytes.toString()));
  }
  return begun;
}

it('starts a hub that goes on, says where it is and what to do next, and stops it', async () => {
  const started = await startHub();
  expect(started.stderr).toBe('Starting the hub in the background …\n');
  expect(started.stdout).toContain('The hub is running.');
  expect(started.stdout).toContain(`kept on the disk, in ${data}`);
  expect(started.stdout).toContain('A new, empty shop was made here.');
  expect(started.stdout).toContain(`-- pair --role entry --name Till --data ${data}\n`);
  expect(started.stdout).toContain('claim-code in its data folder');
  expect(started.stdout).not.toContain(readFileSync(path.join(data, 'claim-code'), 'utf8').trim());
  expect(started.code).toBe(0);
  const pid = pidOf();
  // The head of a session of its own: no terminal that is closed ends it.
  expect(Number(execFileSync('ps', ['-o', 'sid=', '-p', String(pid)]).toString())).toBe(pid);
  const status = await run('status');
  expect(status.stdout).toContain('The hub is running');
  expect(status.stdout).toMatch(new RegExp(`program +version .*, process ${pid}, .* of memory`));
  expect(status.code).toBe(0);
  const stopped = await run('stop');
  expect(stopped).toMatchObject({ code: 0, stderr: '' });
  expect(stopped.stdout).toContain(`The hub has stopped (it was process ${pid}).`);
  expect(isAlive(pid)).toBe(false);
});

it('says of a stopped hub that it is stopped, and stops it again without complaint', async () => {
  await startHub();
  expect((await run('stop', '--json')).stdout).toMatch(/^\{"wasRunning":true,"pid":\d+\}\n$/);
  const again = await run('stop');
  expect(again.stdout).toContain('there is nothing to stop');
  expect([again.code, again.stderr]).toEqual([0, '']);
  const status = await run('status');
  expect(status.stdout).toMatch(/^No hub runs on .*\nStart it: /);
  expect([status.code, await stateOf()]).toEqual([1, 'stopped']);
  const restart = await run('restart');
  expect(restart.stderr).toMatch(/it is stopped\.\nStart it with /);
  expect(restart.code).toBe(1);
});

it('says where no hub ever ran, and where there is no such folder', async () => {
  for (const command of ['stop', 'restart', 'status']) {
    const { code, stderr } = await run(command);
    expect(stderr).toMatch(/^There is no data folder .*\nSay where the hub keeps its data/);
    expect(code).toBe(1);
  }
  expect(await run('logs')).toMatchObject({ code: 1, stdout: '' });
});

it('starts the hub anew in the same process, on the same port and data', async () => {
  await startHub();
  const before = readListening(data);
  const { code, stdout } = await run('restart', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ address: `http://${before?.address}` });
  expect(readListening(data)).toEqual(before);
  const people = await run('restart');
  expect(people.stderr).toBe('The hub stops and starts anew …\n');
  expect(people.stdout).toMatch(/^The hub runs anew at http:\S+ after [\d.]+ s\. /);
  expect(readListening(data)).toEqual(before);
  expect((await run('stop')).code).toBe(0);
});

it('does not start anew on a program of which a part is missing, and goes on', async () => {
  const programs = path.join(folder, 'packed');
  cpSync(path.dirname(builtCommand), programs, { recursive: true });
  writeFileSync(path.join(programs, 'package.json'), '{"type":"module"}');
  const hub = path.join(programs, 'hub.js');
  const typed = (...args: string[]): Promise<Ended> =>
    runProgram(path.join(programs, 'pos-sync.js'), ...args, '--data', data);
  const flags = ['--background', '--port', '0', '--host', '127.0.0.1'];
  expect((await typed('start', ...flags)).code).toBe(0);
  writeFileSync(hub, readFileSync(hub).subarray(0, 100_000));
  const restart = await typed('restart');
  expect(restart.stderr).toMatch(
    /program is damaged\.\nCopy the whole folder of the hub once more/,
  );
  expect(restart.code).toBe(1);
  expect(await stateOf()).toBe('running');
  expect((await typed('stop')).code).toBe(0);
  for (const how of [[], ['--background']]) {
    const start = await typed('start', ...how);
    expect(start.stderr).toMatch(/hub\.js is damaged: .*\nCopy the whole folder of the hub/);
    expect([start.code, start.stderr.includes('    at ')]).toEqual([1, false]);
  }
});

it('shows the hub’s own sentence and code where it does not start', async () => {
  await startHub();
  const second = await startHub();
  expect(second.stderr).toContain(`Another hub already works with ${data}`);
  expect([second.code, second.stdout]).toEqual([1, '']);
  const wrong = await startHub('--store', 'paper');
  expect(wrong.stderr).toContain('The setting --store is "paper"');
  expect(wrong.code).toBe(2);
});

it.each(['sqlite', 'memory'])(
  'tells a hub with its store in %s that hangs from one that is stopped, and says how to end it',
  async (store) => {
    await startHub('--store', store);
    const pid = pidOf();
    process.kill(pid, 'SIGSTOP');
    const [stop, state] = await Promise.all([run('stop'), stateOf()]);
    expect(stop.stderr).toContain(
      `A hub (process ${pid}) works with ${data}, but does not answer.`,
    );
    expect(stop.stderr).toContain(`kill -9 ${pid}`);
    expect(stop.code).toBe(1);
    expect(state).toBe('silent');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(await stateOf()).toBe('stopped');
  },
);

it('works with a hub in memory as well, and takes a bare port', async () => {
  await startHub('--store', 'memory');
  const port = readListening(data)?.address.split(':')[1] ?? '';
  const status = await run('status', '--hub', port);
  expect(status.stdout).toContain('in memory only: orders are gone when the hub stops');
  expect((await run('restart')).code).toBe(0);
  expect((await run('stop')).stdout).toContain('The hub has stopped');
  expect(existsSync(path.join(data, 'hub.address'))).toBe(false);
  expect((await run('logs')).stdout).toContain('the hub has stopped');
});

it('shows the log of a hub that crashed, for people and for programs', async () => {
  await startHub();
  process.kill(pidOf(), 'SIGKILL');
  const log = path.join(data, 'logs/hub.log');
  expect(statSync(log).mode & 0o777).toBe(0o600);
  const people = await run('logs');
  expect(people.stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}info {3}the hub is running {2}/,
  );
  expect(people.code).toBe(0);
  const secrets = ['admin.key', 'stamp.key', 'claim-code'];
  for (const name of secrets) {
    const secret = readFileSync(path.join(data, name), 'utf8').trim();
    expect(readFileSync(log, 'utf8')).not.toContain(secret);
  }
  const { stdout } = await run('logs', '--json', '--lines', '1');
  expect(stdout).toBe(`${readFileSync(log, 'utf8').trim().split('\n').at(-1)}\n`);
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'follows the log until %s, and ends with 0',
  async (signal) => {
    await startHub();
    const following = begin('logs', '--follow', '--data', data);
    await expect.poll(() => following.said, { timeout: 10_000 }).toContain('the hub is running');
    await run('restart');
    await expect.poll(() => following.said, { timeout: 10_000 }).toContain('the hub is stopping');
    await expect
      .poll(() => following.said.split('the hub is running').length, { timeout: 10_000 })
      .toBe(3);
    following.child.kill(signal);
    expect(await once(following.child, 'close')).toEqual([0, null]);
  },
);

it('passes every other flag on in the foreground, also behind --help', async () => {
  const help = await runCommand('start', '--help');
  expect(help.stdout).toMatch(/--background[^]*Settings of the hub[^]*--rate/);
  expect(help.code).toBe(0);
  const hub = begin('start', '--data', data, '--port', '0', '--host', '127.0.0.1');
  await expect.poll(() => hub.said, { timeout: 10_000 }).toContain('the hub is running');
  expect((await run('restart')).code).toBe(0);
  expect(hub.child.exitCode).toBeNull();
  expect((await run('stop')).code).toBe(0);
  expect(hub.child.exitCode ?? (await once(hub.child, 'close'))[0]).toBe(0);
});
