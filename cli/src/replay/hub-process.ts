// A hub of the replay's own: a real process on a scratch folder that is killed and started again, and
// comes back on the same port with the same data.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { Failure } from '../failure.ts';
import { hubProgram } from '../program.ts';

export interface HubProcess {
  readonly port: number;
  readonly address: string;
  readonly dataFolder: string;
  /** Ends it at once, without a goodbye; settles when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop for good and waits until it has. */
  stop(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
}

const host = '127.0.0.1';
const startWithinMs = 30_000;
const stopWithinMs = 10_000;
const saidLinesMax = 20;

export async function startHub(dataFolder: string): Promise<HubProcess> {
  let launching = launch(dataFolder, 0);
  let isOver = false;
  const { port } = await launching;
  const kill = async (): Promise<void> => {
    const { child, ended } = await launching;
    child.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    address: `http://${host}:${port}`,
    dataFolder,
    kill,
    async stop() {
      isOver = true;
      const running = await launching.catch(() => undefined);
      if (running === undefined) return;
      running.child.kill('SIGTERM');
      const force = setTimeout(() => running.child.kill('SIGKILL'), stopWithinMs);
      await running.ended;
      clearTimeout(force);
    },
    async restart() {
      if (isOver) return;
      launching = launch(dataFolder, port);
      await launching;
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<void>;
}

async function launch(dataFolder: string, port: number): Promise<Running> {
  const flags = ['--data', dataFolder, '--port', String(port), '--host', host, '--log', 'warn'];
  // With this variable a hub ends by itself when whoever started it is gone, however that happened.
  const own = { npm_lifecycle_event: 'replay', STORE: 'sqlite' };
  // A replay puts an evening into seconds.
  const env = { ...process.env, ...own, COMMAND_RATE: '1000000' };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [hubProgram(), ...flags], { env, stdio });
  const said: string[] = [];
  const hear = (line: string): void => {
    said.push(line);
    if (said.length > saidLinesMax) said.shift();
  };
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  createInterface(child.stderr).on('line', hear);
  const listening = new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      hear(line);
      const found = portIn(line);
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    const fail = (why: string) => (): void => {
      const message = `The replay's own hub ${why}. It said: ${said.join(' | ')}`;
      reject(
        new Failure(1, message, 'Start the hub by hand with "npm run production" to see why.'),
      );
    };
    child.once('close', fail('did not start'));
    setTimeout(fail(`was not listening after ${startWithinMs} ms`), startWithinMs).unref();
  });
  return { child, port: await listening, ended };
}

/** The hub says once, in a line of JSON, which port it listens on. */
function portIn(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { port } = JSON.parse(line) as { port?: unknown };
    return typeof port === 'number' ? port : undefined;
  } catch {
    return undefined;
  }
}
