// `npm run test:long`: the long tests, with how often they repeat what they do given by flags. What
// is not one of those flags goes on to vitest.

import { spawn } from 'node:child_process';
import path from 'node:path';

import { takenByNpm } from '../cli/src/taken-by-npm.ts';
import { countFlags, isCount } from './counts.ts';

type Read = {
  readonly environment: Record<string, string>;
  readonly rest: readonly string[];
  readonly wrong?: string;
};

/** Flags of vitest that make sense here; all take their value in the same word or the next one. */
const passedOn = /^(--reporter|--outputFile|--testNamePattern|--bail|-t)([.=]|$)/;

const read = readFlags(process.argv.slice(2));
if (read.wrong === undefined) run(read);
else {
  console.error(read.wrong);
  process.exitCode = 2;
}

function readFlags(args: readonly string[]): Read {
  const environment: Record<string, string> = {};
  const rest: string[] = [];
  const flags = Object.values(countFlags).map(({ flag }) => flag);
  const taken = takenByNpm('test:long', flags, process.env);
  if (taken !== undefined) {
    const fix = `Write two dashes first: npm run test:long -- ${taken} 500.`;
    return { environment, rest, wrong: `npm kept ${taken} for itself. ${fix}` };
  }
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const [flag = '', ...values] = argument.split('=');
    const known = Object.values(countFlags).find((one) => one.flag === flag);
    if (known === undefined) {
      if (argument.startsWith('-') && !passedOn.test(argument)) {
        return { environment, rest, wrong: `There is no flag "${argument}". ${sayFlags()}` };
      }
      rest.push(argument);
      continue;
    }
    if (values.length === 0) index += 1;
    const value = values.length === 0 ? (args[index] ?? '') : values.join('=');
    if (!isCount(value)) {
      const wrong = `${flag} is "${value}": it must be a whole number above 0. ${sayFlags()}`;
      return { environment, rest, wrong };
    }
    environment[known.variable] = value;
  }
  return { environment, rest };
}

function sayFlags(): string {
  const flags = Object.values(countFlags).map(({ flag, standard }) => `${flag} (${standard})`);
  return `The long tests know ${flags.join(', ')}, and files.`;
}

function run({ environment, rest }: Read): void {
  const vitest = path.resolve(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--mode', 'long', ...rest];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
