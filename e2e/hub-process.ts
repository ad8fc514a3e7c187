// A real hub in a process of its own, for tests that kill it: starts it, waits for the line that
// names its port, and stops it by its process id. Only ever listens on 127.0.0.1.

import { setTimeout } from 'node:timers/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type HubProcess = {
  pid: number;
  port: number;
  /** Settles when the process is gone, however that came. */
  ended: Promise<Exit>;
  /** What `/health` answers now. */
  health: () => Promise<HealthAnswer>;
  /** What it answers once the hub has read through all it keeps, the only reason to wait for. */
  checkedHealth: () => Promise<HealthAnswer>;
  /** All that it has said so far, on both outputs. */
  said: () => string;
  /** From now on nobody reads what it says: its log has nowhere to go. */
  stopReading: () => void;
  /** Sends the signal and waits until the process is gone. */
  stop: (signal: NodeJS.Signals) => Promise<Exit & { tookMs: number }>;
};

export type HealthAnswer = { status: string; reasons: { code: string }[] };

export type HubStart = {
  /** The program and its arguments; a free port and 127.0.0.1 are added in the environment. */
  command: readonly string[];
  folder: string;
  environment?: Record<string, string>;
};

const host = '127.0.0.1';
const checkedWithinMs = 10_000;

/** Rejects with everything the program said when it ends before it listens. */
export async function startHub({ command, folder, environment }: HubStart): Promise<HubProcess> {
  const child = spawnHub({ command, folder, ...(environment && { environment }) });
  const exited = exitOf(child);
  const said: string[] = [];
  const port = await portOf(child, exited, said);
  const health = async (): Promise<HealthAnswer> => {
    const response = await fetch(`http://${host}:${port}/health`);
    return (await response.json()) as HealthAnswer;
  };
  return {
    pid: child.pid ?? 0,
    port,
    ended: exited,
    health,
    checkedHealth: () => healthOnceChecked(health),
    said: () => said.join(''),
    stopReading: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    stop: async (signal) => {
      const startedMs = performance.now();
      child.kill(signal);
      const exit = await exited;
      return { ...exit, tookMs: performance.now() - startedMs };
    },
  };
}

async function healthOnceChecked(health: () => Promise<HealthAnswer>): Promise<HealthAnswer> {
  const deadlineMs = performance.now() + checkedWithinMs;
  for (;;) {
    const answer = await health();
    const isChecking = answer.reasons.some(({ code }) => code === 'STORE_BEING_CHECKED');
    if (!isChecking || performance.now() > deadlineMs) return answer;
    await setTimeout(50);
  }
}

/** Runs a program to its end and returns what it said on both outputs together. */
export async function runToEnd(start: HubStart): Promise<Exit & { said: string }> {
  const child = spawnHub(start);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { ...(await exitOf(child)), said };
}

function spawnHub({ command, folder, environment }: HubStart): ChildProcess {
  const [program = '', ...args] = command;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST)/.test(name));
  // Waiters in a test do in seconds what takes an evening.
  const tireless = { COMMAND_RATE: '1000000' };
  const own = { HOST: host, PORT: '0', ...tireless };
  const env = { ...Object.fromEntries(inherited), ...own, ...environment };
  return spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

/** Also keeps reading afterwards: a full pipe would stop the hub. */
function portOf(child: ChildProcess, exited: Promise<Exit>, said: string[]): Promise<number> {
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the hub was started without an output');
    createInterface(child.stdout).on('line', (line) => {
      said.push(`${line}\n`);
      const port = /"port":(\d+),"addresses"/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    exited.then(
      ({ code }) => reject(new Error(`the hub ended with ${code} and said: ${said.join('')}`)),
      reject,
    );
  });
}
