// What `npm run simulate` can be asked, and what it says to a question it does not understand.

import { takenByNpm } from '../../cli/src/taken-by-npm.ts';
import { counterWords } from './counters.ts';
import { invariants } from './invariants.ts';
import type { Swarm } from './plan.ts';
import { swarmNamed, swarmNames } from './swarms.ts';

export interface Asked {
  readonly first: number;
  readonly count: number;
  readonly swarm: Swarm;
  readonly isShrunk: boolean;
  readonly isJson: boolean;
}

export type Read = Asked | { readonly help: string } | { readonly wrong: string };

const seedMax = 2 ** 32 - 1;
const seeHelp = 'Ask with --help for all that can be said here.';

export function readFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Read {
  const taken = takenByNpm('simulate', ['--seeds', '--from', '--swarm'], environment);
  if (taken !== undefined) {
    return {
      wrong: `npm kept ${taken} for itself. Write two dashes first: npm run simulate -- --seeds 500.`,
    };
  }
  const numbers = { '--seeds': 100, '--from': 1 };
  let swarm = swarmNamed('general')!;
  const asked = { isShrunk: true, isJson: false };
  for (let index = 0; index < args.length; index += 1) {
    const [flag, given] = splitFlag(args[index]!);
    const takesValue = flag in numbers || flag === '--swarm';
    const value = given ?? (takesValue ? args[(index += 1)] : undefined);
    if (takesValue !== (value !== undefined)) {
      if (takesValue) return { wrong: `${flag} needs a value after it. ${seeHelp}` };
      if (isKnown(flag)) return { wrong: `${flag} takes no value. ${seeHelp}` };
    }
    if (flag === '--help' || flag === '-h') return { help: helpText() };
    else if (flag === '--no-shrink') asked.isShrunk = false;
    else if (flag === '--shrink') asked.isShrunk = true;
    else if (flag === '--json') asked.isJson = true;
    else if (flag === '--swarm') {
      const named = swarmNamed(value!);
      if (named === undefined) {
        return { wrong: `There is no swarm "${value}". There are ${swarmNames.join(', ')}.` };
      }
      swarm = named;
    } else if (flag === '--seeds' || flag === '--from') {
      const number = /^\d{1,10}$/.test(value!) ? Number(value) : 0;
      if (number < 1 || number > seedMax) {
        const range = `a whole number from 1 to ${seedMax}`;
        return { wrong: `${flag} is "${value}"; it has to be ${range}. ${seeHelp}` };
      }
      numbers[flag] = number;
    } else return { wrong: `"${args[index]}" means nothing here. ${seeHelp}` };
  }
  return { first: numbers['--from'], count: numbers['--seeds'], swarm, ...asked };
}

function isKnown(flag: string): boolean {
  return ['--help', '-h', '--no-shrink', '--shrink', '--json'].includes(flag);
}

/** `--seeds=5` is `--seeds 5`. */
function splitFlag(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function helpText(): string {
  return `npm run simulate -- [--seeds 100] [--from 1] [--swarm general] [--no-shrink] [--json]

Runs histories of a whole shop in virtual time: the real hub and the real devices on a simulated
network and simulated disks, which fail as they do in life. Each seed is one history, and always the
same one. It stops at the first that breaks something, with exit code 1, and says how to see it again.

  --seeds N     how many histories
  --from N      the first seed
  --swarm NAME  which troubles: ${wrapped(swarmNames, 16)}
  --no-shrink   do not look for the smallest history that breaks the same
  --json        the result as one line of JSON

What must never break:
${listed(invariants)}

What the counters count, over all histories:
${listed(counterWords)}`;
}

function listed(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([name, sentence]) => `  ${name.padEnd(14)}${sentence}`)
    .join('\n');
}

function wrapped(names: readonly string[], indent: number): string {
  const lines = [''];
  for (const name of names) {
    const line = lines.at(-1)!;
    if (line.length + name.length > 78 - indent) lines.push(`${name}, `);
    else lines[lines.length - 1] = `${line}${name}, `;
  }
  return lines.join(`\n${' '.repeat(indent)}`).replace(/, $/, '');
}
