// A hub that starts anew in its own place, in the middle of a service: as somebody does it after an
// update, from the box or from a manager's device.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { askHub } from '../cli/src/hub-door.ts';
import { restartHub } from '../cli/src/running/restart.ts';
import { isAlive } from '../cli/src/running/waiting.ts';
import { runCommand } from '../cli/src/testing/run-command.ts';
import { openCrew, settled } from './crew.ts';
import { judge, readKept } from './judge.ts';
import { Ledger } from './ledger.ts';
import { serve } from './service.ts';
import { hubCommand, openStandingHub } from './standing-hub.ts';
import { until } from './until.ts';

const withinMs = 15_000;
let folder: string;
let dataFolder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'restart-'));
  dataFolder = path.join(folder, 'data');
  mkdirSync(path.join(folder, 'devices'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps its number and port, and its devices come back by themselves with what they took', async () => {
  const hub = await openStandingHub(dataFolder);
  const ledger = new Ledger();
  const crew = await openCrew(hub, path.join(folder, 'devices'), ledger, 2);
  const { pid } = hub;
  try {
    const service = serve(crew.devices, { unansweredMax: 50, name: 'evening' });
    for (const _ of [1, 2, 3]) {
      const before = ledger.answered;
      await until('orders on their way', () => ledger.answered > before, withinMs);
      await restartHub(hub);
    }
    await service.stop();
    await settled(crew);
    const { stdout } = await runCommand('status', '--data', dataFolder, '--json');
    const { state, hub: standing } = JSON.parse(stdout) as { state: string; hub: object };
    expect(state).not.toBe('failing');
    expect(standing).toMatchObject({ pid, here: 3, epoch: 1 });
    expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
    expect(await hub.end('SIGTERM')).toMatchObject({ code: 0 });
    expect(judge(readKept(dataFolder), ledger, crew)).toEqual([]);
  } finally {
    await hub.end('SIGKILL');
    await crew.close();
  }
}, 60_000);

it('goes on below the shell that npm started it in, and ends with that', async () => {
  const [node = '', ...args] = hubCommand(dataFolder);
  // As npm does it: a shell that waits, and this variable.
  const environment = { npm_lifecycle_event: 'production', PORT: '0', HOST: '127.0.0.1' };
  const shell = spawn('sh', ['-c', '"$0" "$@"; exit $?', node, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  shell.stdout.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const starts = (): number => said.join('').split('"the hub is running"').length - 1;
  try {
    await until('a hub', () => starts() === 1, withinMs);
    expect((await runCommand('restart', '--data', dataFolder)).code).toBe(0);
    await until('a hub on the same output', () => starts() === 2, withinMs);
    const pid = Number(readFileSync(path.join(dataFolder, 'hub.address'), 'utf8').split('\n')[1]);
    shell.kill('SIGKILL');
    await until('its end', () => !isAlive(pid), withinMs);
  } finally {
    if (shell.exitCode === null && shell.signalCode === null) {
      shell.kill('SIGKILL');
      await once(shell, 'close');
    }
    await runCommand('stop', '--data', dataFolder);
  }
}, 60_000);

it.each([0, 6, 9, 12, 15])(
  'is gone all the same when it is told to stop %i ms after it was told to start anew',
  async (afterMs) => {
    const hub = await openStandingHub(dataFolder);
    const { pid } = hub;
    try {
      await askHub(hub, 'POST', '/hub/restart');
      await wait(afterMs);
      await hub.end('SIGTERM');
      expect(isAlive(pid)).toBe(false);
    } finally {
      await hub.end('SIGKILL');
    }
  },
);
