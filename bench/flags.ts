// What `npm run bench` can be asked, and what it says to a question it does not understand: a run
// takes a quarter of an hour, so nothing wrong may be found out at its end.

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { takenByNpm } from '../cli/src/taken-by-npm.ts';

export interface Asked {
  readonly seconds: number;
  readonly rounds: number;
  readonly displays: number;
  readonly profile: boolean;
  /** The names of the measurements to make. */
  readonly names: readonly string[];
  /** The file that gets everything as JSON. */
  readonly json: string | undefined;
}

export type Read = Asked | { readonly help: string } | { readonly wrong: string };

const options = {
  seconds: { type: 'string', default: '5' },
  rounds: { type: 'string', default: '5' },
  displays: { type: 'string', default: '50' },
  /** What names were given by once: npm took it for its own without a trace, and all was measured. */
  only: { type: 'string' },
  json: { type: 'string' },
  profile: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Counts above these would run for days, or open more sockets than a machine has. */
const most = { seconds: 600, rounds: 100, displays: 1000 } as const;
const seeHelp = 'Ask with --help for all that can be said here.';
/** Without them npm keeps the flag for itself, and only its value comes through. */
const twoDashes = 'Flags go behind two dashes: npm run bench -- --seconds 2.';
const named = 'A measurement is named without a flag: npm run bench latency.';
const kept = ['--seconds', '--rounds', '--displays', '--profile'];

class Wrong extends Error {}

/** `measurements`: the name of each and what it measures. */
export function readFlags(
  args: readonly string[],
  measurements: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>> = {},
): Read {
  const taken = takenByNpm('bench', kept, environment);
  if (taken !== undefined) return { wrong: `npm kept ${taken} for itself. ${twoDashes}` };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.only !== undefined) return { wrong: named };
    if (values.help) return { help: helpText(measurements) };
    return {
      seconds: wholeNumber('seconds', values.seconds),
      rounds: wholeNumber('rounds', values.rounds),
      displays: wholeNumber('displays', values.displays),
      profile: values.profile,
      names: namesOf(positionals, Object.keys(measurements)),
      json: writable(values.json),
    };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.message };
    if (!isFromParseArgs(error)) throw error;
    return { wrong: `${sentenceOf(error)} ${seeHelp}` };
  }
}

function isFromParseArgs(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code?.startsWith('ERR_PARSE_ARGS') ?? false;
}

/** Node explains at length how to write what it does not know; its first sentence is enough. */
function sentenceOf({ message }: Error): string {
  return `${message.split(/\. |\n/)[0]?.replace(/\.$/, '') ?? ''}.`;
}

function wholeNumber(flag: keyof typeof most, text: string): number {
  const value = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most[flag]) return value;
  const range = `a whole number from 1 to ${most[flag]}`;
  throw new Wrong(`--${flag} is "${text}": it must be ${range}. ${seeHelp}`);
}

function namesOf(names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.length === 0 ? known : names;
  throw new Wrong(`There is no measurement "${unknown}": write one of ${known.join(', ')}.`);
}

function writable(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (file === '') throw new Wrong(`--json needs the name of a file. ${seeHelp}`);
  const folder = path.dirname(path.resolve(file));
  if (!existsSync(folder)) throw new Wrong(`--json: there is no folder ${folder}.`);
  const isFolder = existsSync(file) && statSync(file).isDirectory();
  if (isFolder) throw new Wrong(`--json: ${file} is a folder; name a file.`);
  return file;
}

function helpText(measurements: Readonly<Record<string, string>>): string {
  const list = Object.entries(measurements).map(([name, says]) => `  ${name.padEnd(13)}${says}`);
  return `npm run bench -- [NAME …] [--seconds 5] [--rounds 5] [--json FILE]
npm run bench -- --profile [--seconds 5] [--displays 50]

Measures the hub against two other programs and against what was promised; all of it takes about
fifteen minutes, on Linux. With names, as in npm run bench latency memory, only these are measured.
Close what else runs on the machine.

  --seconds N    how long each program runs, 1 to ${most.seconds} (5)
  --rounds N     how often the comparison is made, 1 to ${most.rounds} (5)
  --json FILE    writes all rows, results and bars there too, for example --json bench.json
  --profile      no measurement: a hub that profiles itself, and where its time goes
  --displays N   with --profile: how many displays look on, 1 to ${most.displays} (50)

Measurements:
${list.join('\n')}

Ends with 0 also when a bar is missed, with 1 when work went wrong, with 2 when it was asked wrongly.
docs/bench.md says what each figure means.`;
}
