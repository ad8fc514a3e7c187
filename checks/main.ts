// The one gate: format, lint, types, dead code, and the tree's own rules. Continuous integration
// runs it first and people run it before they commit. Steps run side by side; each is one line.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { readTree } from './tidy/source-tree.ts';
import { inspect } from './tidy/tidy.ts';

type Outcome = { name: string; passed: boolean; output: string; tookMs: number };

const tools = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

const running = [...tools.map(({ name, command }) => runTool(name, command)), runTidy()];
const outcomes: Outcome[] = [];
for (const outcome of running) {
  const done = await outcome;
  outcomes.push(done);
  const seconds = (done.tookMs / 1000).toFixed(1);
  console.log(`${done.passed ? 'ok    ' : 'FAILED'} ${done.name.padEnd(10)} ${seconds} s`);
  if (!done.passed || done.name === 'tidy') console.log(done.output.replace(/^(?=.)/gm, '  '));
}

const failed = outcomes.filter((outcome) => !outcome.passed).length;
const { TALLY_FILE: tallyFile } = process.env;
if (tallyFile !== undefined) {
  const tally = { passed: outcomes.length - failed, failed, skipped: 0 };
  writeFileSync(tallyFile, JSON.stringify(tally));
}
process.exitCode = failed === 0 ? 0 : 1;

function runTool(name: string, [program = '', ...args]: string[]): Promise<Outcome> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const finish = (passed: boolean, said: string): void => {
      resolve({ name, passed, output: said.trim(), tookMs: performance.now() - startedMs });
    };
    child.on('error', () => finish(false, `${program} is missing: start this with npm run check`));
    child.on('close', (code) => finish(code === 0, Buffer.concat(chunks).toString()));
  });
}

function runTidy(): Promise<Outcome> {
  const startedMs = performance.now();
  const problems = inspect(readTree(process.cwd()));
  const passed = problems.every((problem) => problem.severity === 'warning');
  const output = problems
    .map(({ severity, file, line, message }) => `${severity}: ${file}:${line}: ${message}`)
    .join('\n');
  const tookMs = performance.now() - startedMs;
  return Promise.resolve({ name: 'tidy', passed, output, tookMs });
}
