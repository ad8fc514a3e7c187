// What a WiFi does to a tablet in the middle of an evening: it is carried to another access point,
// the hub gets another address, the network swallows what goes one way, the tablet sleeps. Whatever
// was given is on the hub afterwards, once, and nobody had to do anything.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { limits } from '@pos-sync/sync';
import { expect, it } from 'vitest';

import { startHub, type HubProcess, runToEnd } from './hub-process.ts';
import { hubCommand } from './standing-hub.ts';
import { until } from './until.ts';
import { hubAddresses, type Wifi, withWifi } from './wifi.ts';
import type { CrewLine } from './wifi-crew.ts';

/** Silence, a ping without an answer. */
const noticeWithinMs = limits.pingAfterMs + limits.pongWithinMs + 1_000;
/** An attempt that leads nowhere, the longest wait after it, and the one that succeeds. */
const returnWithinMs = limits.helloWithinMs + limits.reconnectMsMax + 3_000;
const patienceMs = 30_000;
const sleepMs = 30_000;

it('is back at another access point, with another address [scenario 47]', () =>
  atWork(async ({ wifi, goesOn }) => {
    wifi.roam();
    await goesOn(noticeWithinMs + returnWithinMs);
  }));

it('finds the hub under the other address it knows [scenario 47]', () =>
  atWork(async ({ wifi, goesOn }) => {
    wifi.readdress();
    await goesOn(noticeWithinMs + 2 * returnWithinMs);
  }));

it('notices that one way nothing comes through any more, and goes on when it does [scenario 47]', () =>
  atWork(async ({ wifi, crew, goesOn }) => {
    for (const to of ['hub', 'tablet'] as const) {
      wifi.swallow(to);
      await until('the tablet to notice', () => !crew.now().isLive, noticeWithinMs);
      expect(crew.now().waiting).toBeGreaterThan(0);
      wifi.restore();
      await goesOn(returnWithinMs);
    }
  }));

it('wakes up after half a minute in which the hub gave it up [scenario 47]', () =>
  atWork(async ({ crew, hub, goesOn }) => {
    expect(connectionsOf(hub.pid)).toBeGreaterThanOrEqual(2);
    const asleepMs = performance.now();
    crew.process.kill('SIGSTOP');
    const isOver = (): boolean =>
      performance.now() - asleepMs > sleepMs && connectionsOf(hub.pid) === 0;
    await until('the hub to have given it up', isOver, sleepMs + 10_000);
    crew.process.kill('SIGCONT');
    await goesOn(returnWithinMs);
  }));

it('shows a stranger who tries every door one that is open, and none for UDP', () =>
  onWifi(async (_wifi, { pid, port }) => {
    expect(doorsOf(pid, 'tcp')).toEqual([port]);
    expect(doorsOf(pid, 'udp')).toEqual([]);
    await Promise.resolve();
  }));

interface Work {
  readonly wifi: Wifi;
  readonly hub: HubProcess;
  readonly crew: { readonly process: ChildProcess; now(): CrewLine };
  /** Settles when everybody is connected again and new orders get their answers. */
  goesOn(withinMs: number): Promise<void>;
}

/** Runs `use` while a tablet gives orders; in the end nothing may be lost, and nothing there twice. */
function atWork(use: (work: Work) => Promise<void>): Promise<void> {
  return onWifi(async (wifi, hub, folder) => {
    const crew = await openCrewThere(wifi, hub, folder);
    const goesOn = async (withinMs: number): Promise<void> => {
      const enough = crew.now().answered + 50;
      const isBack = (): boolean => crew.now().isLive && crew.now().answered > enough;
      await until('the tablet to be back', isBack, withinMs);
    };
    try {
      await until('the first orders', () => crew.now().answered > 50, patienceMs);
      await use({ wifi, hub, crew, goesOn });
      crew.ask('rest');
      await until('rest', () => crew.now().isAtRest === true, patienceMs);
      await hub.stop('SIGTERM');
      crew.ask(`judge ${dataOf(folder)}`);
      await until('the judgement', () => crew.now().findings !== undefined, patienceMs);
      expect(crew.now().findings).toEqual([]);
    } finally {
      crew.process.kill('SIGKILL');
    }
  });
}

function onWifi(
  use: (wifi: Wifi, hub: HubProcess, folder: string) => Promise<void>,
): Promise<void> {
  return withWifi(async (wifi) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wifi-'));
    mkdirSync(path.join(folder, 'devices'));
    const command = [...wifi.onHub, ...hubCommand(dataOf(folder))];
    const environment = { HOST: '0.0.0.0', npm_lifecycle_event: 'e2e' };
    const hub = await startHub({ command, folder, environment });
    try {
      await use(wifi, hub, folder);
    } finally {
      await hub.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

const dataOf = (folder: string): string => path.join(folder, 'data');

async function openCrewThere(wifi: Wifi, hub: HubProcess, folder: string) {
  const codes = [
    await codeFor(wifi, hub, folder, 'manager'),
    await codeFor(wifi, hub, folder, 'entry'),
  ];
  const program = path.join(import.meta.dirname, 'wifi-crew.ts');
  const addresses = hubAddresses.map((address) => `http://${address}:${hub.port}`);
  const all = [...wifi.onTablet, process.execPath, program, path.join(folder, 'devices')];
  const [first = '', ...args] = [...all, ...codes, ...addresses];
  const child = spawn(first, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let line: CrewLine = { isLive: false, answered: 0, waiting: 0 };
  createInterface(child.stdout).on('line', (text) => {
    line = { ...lasting(line), ...(JSON.parse(text) as CrewLine) };
  });
  return {
    process: child,
    now: () => line,
    ask: (what: string) => void child.stdin.write(`${what}\n`),
  };
}

/** What was said once and stays true. */
function lasting({ isAtRest, findings }: CrewLine): Partial<CrewLine> {
  return { ...(isAtRest && { isAtRest }), ...(findings && { findings }) };
}

/** The code of a window, asked for on the hub's machine, where alone that is possible. */
async function codeFor(
  wifi: Wifi,
  { port }: HubProcess,
  folder: string,
  role: string,
): Promise<string> {
  const program = path.resolve(import.meta.dirname, '../cli/src/main.ts');
  const door = ['--data', dataOf(folder), '--hub', `http://127.0.0.1:${port}`];
  const asked = ['pair', '--role', role, '--name', role, '--json', ...door];
  const command = [...wifi.onHub, process.execPath, program, ...asked];
  const { said } = await runToEnd({ command, folder });
  return (JSON.parse(said) as { code: string }).code;
}

/** The hub is alone on its machine: what the system lists there is the hub's. */
function socketsOf(pid: number, kind: 'tcp' | 'udp'): { port: number; state: string }[] {
  const lines = ['', '6'].flatMap((version) =>
    readFileSync(`/proc/${pid}/net/${kind}${version}`, 'utf8').trim().split('\n').slice(1),
  );
  return lines.map((text) => {
    const [, local = '', , state = ''] = text.trim().split(/\s+/);
    return { port: Number.parseInt(local.split(':').at(-1) ?? '', 16), state };
  });
}

function doorsOf(pid: number, kind: 'tcp' | 'udp'): number[] {
  const doors = socketsOf(pid, kind).filter(({ state }) => kind === 'udp' || state === listens);
  return doors.map(({ port }) => port);
}

function connectionsOf(pid: number): number {
  return socketsOf(pid, 'tcp').filter(({ state }) => state === isConnected).length;
}

/** As Linux writes TCP_ESTABLISHED and TCP_LISTEN. */
const [isConnected, listens] = ['01', '0A'];
