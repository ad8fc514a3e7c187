// The hub that is measured: the real bundle as a process of its own on a scratch folder. Whatever
// happens to the bench, the hub ends too: its variable makes it stop when its parent is gone.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface HubProcess {
  readonly pid: number;
  readonly port: number;
  readonly folder: string;
  /** From the start of the process to its line that it is running. */
  readonly startMs: number;
  /** Asks it to stop and waits until it is gone; cuts it off when it does not go. */
  stop(): Promise<void>;
  /** Ends it at once; settles when it is gone. */
  kill(): Promise<void>;
}

export interface HubStart {
  readonly folder: string;
  /** 0 picks a free one. */
  readonly port?: number;
  readonly nodeFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const hubBundle = path.resolve(import.meta.dirname, '../../dist/hub.js');

const startWithinMs = 30_000;
const stopWithinMs = 15_000;

export async function startHub(start: HubStart): Promise<HubProcess> {
  if (!existsSync(hubBundle)) throw new Error('dist/hub.js is missing: run "npm run bundle".');
  const { folder, port = 0, nodeFlags = [], environment = {} } = start;
  const settings = ['--data', folder, '--host', '127.0.0.1', '--port', String(port)];
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeFlags, hubBundle, ...settings, '--store', 'sqlite', '--log', 'warn'],
    {
      // What is measured is how much it can do, and not how much it lets one device do.
      env: {
        ...process.env,
        npm_lifecycle_event: 'bench',
        COMMAND_RATE: '1000000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const heard = await portOf(child);
  const startMs = performance.now() - startedMs;
  let isWanted = true;
  // Nothing that is measured can go on without it, so this ends the bench, and says why.
  child.once('close', (code, signal) => {
    if (isWanted) throw new Error(`The hub ended in the middle: code ${code}, signal ${signal}.`);
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    isWanted = false;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(force);
  };
  return {
    pid: child.pid ?? 0,
    port: heard,
    folder,
    startMs,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Goes on reading afterwards, because a full pipe would stop the hub, and passes complaints on. */
function portOf(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the hub has no output');
  createInterface(stderr).on('line', (line) => {
    said.push(line);
    console.error(`hub: ${line}`);
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`The hub ${why}. It said: ${said.join(' | ')}`));
    };
    const timer = setTimeout(() => fail(`was not up after ${startWithinMs} ms`), startWithinMs);
    createInterface(stdout).on('line', (line) => {
      said.push(line);
      const port = /"port":(\d+),"addresses"/.exec(line)?.[1];
      if (port !== undefined) {
        clearTimeout(timer);
        resolve(Number(port));
      } else console.error(`hub: ${line}`);
    });
    child.once('error', reject);
    child.once('close', (code) => fail(`ended with ${code}`));
  });
}
