// `pos-sync start --background`: a hub that goes on when the terminal is closed and the person at the
// other end of the line has left. Says that it runs only when it answers.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import {
  type HubAddress,
  banner,
  claimText,
  didHubRun,
  joinAddress,
  joinPicture,
  logsFolder,
  prepareDataFolder,
  reachableOf,
  readClaim,
  readListening,
  readSettings,
} from '@pos-sync/local-server';

import { Failure } from '../failure.ts';
import { keptAddress, readAddresses } from '../hub-door.ts';
import { standardDataFolder } from '../program.ts';
import { wholeHub } from '../start.ts';
import { upForMs, waitFor } from './waiting.ts';

/** To read through a long history on a slow card. */
const answersWithinMs = 120_000;
const progressEveryMs = 5_000;

export interface Ended {
  /** 0 where the hub runs; else the code it ended with, or 1 where it hangs. */
  readonly code: number;
  /** For a person. */
  readonly text: string;
}

/**
 * With the flags and variables of the hub. `say` gets a line now and then.
 * @param isTerminal a person reads the answer
 */
export async function startInBackground(
  flags: readonly string[],
  isTerminal: boolean,
  say: (line: string) => void,
): Promise<Ended> {
  const read = readSettings(flags, process.env, standardDataFolder());
  if (read.kind !== 'settings') return { code: 2, text: textOf(read) };
  const { settings } = read;
  const { dataFolder } = settings;
  const program = wholeHub();
  const trouble = prepareDataFolder(dataFolder);
  if (trouble !== undefined) return { code: 1, text: trouble };
  const isNewShop = !didHubRun(dataFolder);

  say('Starting the hub in the background …');
  const progress = setInterval(() => say('… still starting'), progressEveryMs);
  const { pid, address, code, errors } = await launch(program, flags, dataFolder).finally(() =>
    clearInterval(progress),
  );
  if (code !== undefined) return { code: code === 0 ? 1 : code, text: whyIn(errors, code) };
  if (address === undefined) {
    const text = `The hub (process ${pid}) goes on starting, but does not answer yet.\nSee how far it is with "pos-sync logs --follow".`;
    return { code: 1, text };
  }
  const addresses = await readAddresses({ address, dataFolder });
  const claim = readClaim(dataFolder);
  const [reach] = isTerminal && claim === undefined ? reachableOf(addresses) : [];
  const shown = banner({
    settings,
    isNewShop,
    port: Number(new URL(address).port),
    addresses,
    standardDataFolder: standardDataFolder(),
    picture: reach && (await joinPicture(reach.url)),
    isInBackground: true,
  });
  return { code: 0, text: [shown, ...(await claimLines(claim, addresses, isTerminal))].join('\n') };
}

/** The code is for whoever stands here, and for no file that this may be written to. */
async function claimLines(
  claim: string | undefined,
  addresses: readonly HubAddress[],
  isTerminal: boolean,
): Promise<string[]> {
  if (claim === undefined) return [];
  if (isTerminal) return [await claimText(claim, joinAddress(addresses, claim))];
  return ['Nobody manages this hub yet: claim-code in its data folder holds the code for that.'];
}

function textOf(read: { readonly text: string } | { readonly sentence: string }): string {
  return 'text' in read ? read.text : read.sentence;
}

interface Launched {
  readonly pid: number;
  /** Where it answers; undefined where it does not in time. */
  readonly address?: string;
  /** It ended with this. */
  readonly code?: number;
  /** The file that has what it said on stderr. */
  readonly errors: string;
}

async function launch(
  program: string,
  flags: readonly string[],
  dataFolder: string,
): Promise<Launched> {
  const errors = path.join(logsFolder(dataFolder), 'start.log');
  // With this variable a hub ends when whoever started it is gone.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const hub = detached([program, ...flags], env, errors);
  const pid = hub.pid ?? 0;
  // Where Node itself cannot be started there is no process, and this says so.
  let failed: Error | undefined;
  hub.once('error', (error) => (failed = error));
  const found = await waitFor(async () => {
    if (failed !== undefined) throw failed;
    if (hub.exitCode !== null || hub.signalCode !== null) return { code: hub.exitCode ?? 1 };
    if (readListening(dataFolder)?.pid !== pid) return undefined;
    const address = keptAddress(dataFolder);
    const isUp = address !== undefined && (await upForMs(address)) !== undefined;
    return isUp ? { address } : undefined;
  }, answersWithinMs);
  hub.unref();
  return { pid, errors, ...found };
}

/** Closing the terminal ends what belongs to it: this one belongs to none, and has no pipe to break. */
function detached(args: readonly string[], env: NodeJS.ProcessEnv, errors: string): ChildProcess {
  let handle: number;
  try {
    mkdirSync(path.dirname(errors), { recursive: true, mode: 0o700 });
    handle = openSync(errors, 'w', 0o600);
  } catch (error) {
    const message = `${errors} cannot be written, so nobody would know why a hub does not start.`;
    const fix = 'See what the disk lacks with "pos-sync doctor".';
    throw new Failure(1, message, fix, { cause: error });
  }
  try {
    return spawn(process.execPath, args, {
      env,
      detached: true,
      stdio: ['ignore', 'ignore', handle],
    });
  } finally {
    closeSync(handle);
  }
}

function whyIn(errors: string, code: number): string {
  const said = readFileSync(errors, 'utf8').trim();
  return said === '' ? `The hub ended with code ${code} and said nothing.` : said;
}
