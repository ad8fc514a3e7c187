// Everything a shop may set about its hub, from flags and environment variables. A wrong setting
// stops the start with one sentence: a hub that runs with another port or folder than the one
// that was asked for is found out in the middle of the evening.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const storeKinds = ['sqlite', 'memory'] as const;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

type StoreKind = (typeof storeKinds)[number];
export type LogLevel = (typeof logLevels)[number];

export type Settings = {
  /** 0 lets the system pick a free port; the hub prints which one it got. */
  port: number;
  host: string;
  dataFolder: string;
  store: StoreKind;
  logLevel: LogLevel;
  /** Of one device, in a second. */
  commandRate: number;
};

export type SettingsResult =
  | { kind: 'settings'; settings: Settings }
  | { kind: 'help'; text: string }
  | { kind: 'wrong'; sentence: string };

type Setting = { flag: string; variable: string; standard: string; allowed: string; says: string };
type Given = { text: string; from: string };

const known = {
  port: {
    flag: '--port',
    variable: 'PORT',
    standard: '8080',
    allowed: 'a whole number from 0 to 65535 (0 picks a free one)',
    says: 'the port devices connect to',
  },
  host: {
    flag: '--host',
    variable: 'HOST',
    standard: '0.0.0.0',
    allowed: 'an address of this machine, or 0.0.0.0 for all of them',
    says: 'the address the hub listens on',
  },
  data: {
    flag: '--data',
    variable: 'DATA_DIR',
    standard: 'data',
    allowed: 'a folder',
    says: 'the folder that holds everything the hub keeps',
  },
  store: {
    flag: '--store',
    variable: 'STORE',
    standard: 'sqlite',
    allowed: storeKinds.join(' or '),
    says: 'where orders are kept; memory forgets them when the hub stops',
  },
  log: {
    flag: '--log',
    variable: 'LOG_LEVEL',
    standard: 'info',
    allowed: logLevels.join(', '),
    says: 'how much the hub writes to its log',
  },
  rate: {
    flag: '--rate',
    variable: 'COMMAND_RATE',
    standard: '50',
    allowed: 'a whole number from 1 to 1000000',
    says: 'how many commands a second it takes of one device, after twenty times as many at once',
  },
} satisfies Record<string, Setting>;

type Name = keyof typeof known;

const names = Object.keys(known) as Name[];

class WrongSetting extends Error {}

/**
 * Flags win over environment variables, which win over the standard values. An empty variable
 * counts as not set. Relative folders are relative to the folder the program was started in.
 *
 * @param standardDataFolder where the data goes when nobody says otherwise
 */
export function readSettings(
  args: readonly string[],
  environment: Record<string, string | undefined>,
  standardDataFolder: string,
): SettingsResult {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help', text: help() };
  try {
    refuseTakenByNpm(environment);
    const flags = readFlags(args);
    const given = (name: Name): Given | undefined => {
      const fromFlag = flags.get(name);
      if (fromFlag !== undefined) return { text: fromFlag, from: known[name].flag };
      const text = environment[known[name].variable];
      return text === undefined || text === '' ? undefined : { text, from: known[name].variable };
    };
    const data = given('data');
    const settings = {
      port: readPort(given('port')),
      host: readHost(given('host')),
      dataFolder: data === undefined ? standardDataFolder : path.resolve(data.text),
      store: readOneOf('store', storeKinds, given('store')),
      logLevel: readOneOf('log', logLevels, given('log')),
      commandRate: readRate(given('rate')),
    };
    return { kind: 'settings', settings };
  } catch (error) {
    if (error instanceof WrongSetting) return { kind: 'wrong', sentence: error.message };
    throw error;
  }
}

/**
 * The `data` folder of the repository the program stands in, so that every way of starting it
 * finds the same orders; beside the working folder when it stands elsewhere.
 */
export function findDataFolder(programFolder: string, workingFolder: string): string {
  for (let folder = programFolder; ; folder = path.dirname(folder)) {
    if (isRepository(folder)) return path.join(folder, 'data');
    if (folder === path.dirname(folder)) return path.join(workingFolder, 'data');
  }
}

function isRepository(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  return existsSync(file) && readFileSync(file, 'utf8').includes('"name": "pos-wifi-sync-server"');
}

/** `npm run production --port 9000` hands npm a setting of its own, and the hub would never know. */
function refuseTakenByNpm(environment: Record<string, string | undefined>): void {
  const taken = names.find((name) => environment[`npm_config_${name}`] !== undefined);
  if (taken === undefined) return;
  const { flag } = known[taken];
  throw new WrongSetting(
    `npm kept ${flag} for itself. Write two dashes before it: npm run production -- ${flag} …`,
  );
}

function readFlags(args: readonly string[]): Map<Name, string> {
  const flags = new Map<Name, string>();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const [flag = '', ...rest] = argument.split('=');
    const name = names.find((candidate) => known[candidate].flag === flag);
    if (name === undefined) {
      const flagsKnown = names.map((candidate) => known[candidate].flag).join(', ');
      throw new WrongSetting(`There is no setting "${argument}": the hub knows ${flagsKnown}.`);
    }
    if (flags.has(name)) throw new WrongSetting(`The setting ${flag} is there twice: keep one.`);
    const inline = rest.length > 0;
    const value = inline ? rest.join('=') : args[index + 1];
    if (value === undefined || value === '' || (!inline && value.startsWith('--'))) {
      throw new WrongSetting(`The setting ${flag} has no value: write ${known[name].allowed}.`);
    }
    if (!inline) index += 1;
    flags.set(name, value);
  }
  return flags;
}

function readPort(given: Given | undefined): number {
  const text = given?.text ?? known.port.standard;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw wrong('port', given);
  return port;
}

function readRate(given: Given | undefined): number {
  const text = given?.text ?? known.rate.standard;
  const rate = Number(text);
  if (!/^\d{1,7}$/.test(text) || rate < 1 || rate > 1_000_000) throw wrong('rate', given);
  return rate;
}

function readHost(given: Given | undefined): string {
  const text = given?.text ?? known.host.standard;
  if (!/^[\w.:%-]+$/.test(text)) throw wrong('host', given);
  return text;
}

function readOneOf<T extends string>(name: Name, allowed: readonly T[], given?: Given): T {
  const text = given?.text ?? known[name].standard;
  const value = allowed.find((candidate) => candidate === text);
  if (value === undefined) throw wrong(name, given);
  return value;
}

function wrong(name: Name, given: Given | undefined): WrongSetting {
  const { from = known[name].flag, text = '' } = given ?? {};
  return new WrongSetting(`The setting ${from} is "${text}": it must be ${known[name].allowed}.`);
}

function help(): string {
  const lines = names.map((name) => {
    const { flag, variable, standard, says } = known[name];
    return `  ${flag.padEnd(8)} or ${variable.padEnd(12)} ${says} (${standard})`;
  });
  return ['Settings of the hub, by flag or environment variable:', ...lines].join('\n');
}
