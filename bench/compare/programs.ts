// The three programs that do the same work, each started as its own process with the same flags and
// ending with one line of JSON: the durable floor, the relay that stores nothing, and ours.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import path from 'node:path';

import { round } from '../statistics.ts';

export const programs = ['floor', 'relay', 'ours'] as const;
export type Program = (typeof programs)[number];

export interface Shape {
  readonly entries: number;
  readonly window: number;
  readonly seconds: number;
}

/** What every program says, and the load of the machine when it began. */
export interface Row {
  readonly program: Program;
  readonly round: number;
  readonly displays: number;
  readonly eventsPerSecond: number;
  readonly serverCpuUsPerEvent: number;
  readonly missing: number;
  readonly submitToDisplayMs: { readonly p50: number; readonly p99: number };
  readonly rssMb: number;
  readonly loadAverage: number;
}

const folder = import.meta.dirname;
const baseline = path.join(folder, '../baseline/load.mjs');
const commands: Record<Program, readonly string[]> = {
  floor: [baseline, 'hub'],
  relay: [baseline, 'relay'],
  ours: [path.join(folder, '../ours/load.ts')],
};
/** Beyond its seconds: start, pairing, the last deliveries, the audit. */
const besidesMs = 90_000;

export async function runProgram(
  program: Program,
  displays: number,
  shape: Shape,
): Promise<Omit<Row, 'round'>> {
  const flags = Object.entries({ ...shape, displays }).map(([name, value]) => `--${name}=${value}`);
  // Only the baseline is told its port; our hub picks one.
  if (program !== 'ours') flags.push(`--port=${await freePort()}`);
  const [loadAverage = 0] = loadavg();
  const said = await run([...commands[program], ...flags], shape.seconds * 1000 + besidesMs);
  const result = JSON.parse(said) as Omit<Row, 'program' | 'round' | 'loadAverage'>;
  return { ...result, program, loadAverage: round(loadAverage, 2) };
}

/** The last line on stdout of a program that ended well. */
function run(args: readonly string[], withinMs: number): Promise<string> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      const line = said.trimEnd().split('\n').at(-1) ?? '';
      if (code === 0 && line.startsWith('{')) resolve(line);
      else reject(new Error(`${args.join(' ')} ended with ${code} and said: ${said}`));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
