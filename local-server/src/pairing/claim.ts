// How the code of the first manager reaches whoever stands at the box, and nobody else: on the
// terminal the hub was started on, as a picture too; where there is none, in a file that only the
// hub's user may read. Never in the log: that is kept, and shown to others.

import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { reachableOf } from '../banner.ts';
import type { Log } from '../log.ts';
import type { HubAddress } from '../network/addresses.ts';
import { keepSecret } from '../secret-file.ts';
import { StoreProblem } from '../store/problem.ts';

export const claimCodeName = 'claim-code';

export interface ClaimOptions {
  readonly isTerminal: boolean;
  readonly dataFolder: string;
  readonly log: Log;
  /** Best one first. */
  addresses(): readonly HubAddress[];
  print(text: string): void;
}

/** Returns what shows a code, or says with `undefined` that there is none any more. */
export function showClaims(options: ClaimOptions): (code: string | undefined) => void {
  const { isTerminal, dataFolder, log, addresses, print } = options;
  // At every log level: without this line nobody finds the code.
  const said = log.child({}, { level: 'info' });
  const file = path.join(dataFolder, claimCodeName);
  // A code is worth nothing to the next start.
  rmSync(file, { force: true });
  return (code) => {
    if (code === undefined) rmSync(file, { force: true });
    if (code === undefined) {
      log.info('this hub has a manager; its claim code is void');
    } else if (isTerminal) {
      const address = joinAddress(addresses(), code);
      claimText(code, address).then(print, (error: unknown) => {
        log.error({ error }, 'the claim code could not be shown');
      });
    } else {
      try {
        keepSecret(dataFolder, claimCodeName, code);
        said.info(
          { file },
          'nobody manages this hub yet; this file holds the code for its first manager',
        );
      } catch (error) {
        if (!(error instanceof StoreProblem)) throw error;
        const { message, fix } = error;
        log.error({ message, fix }, 'the code for the first manager could not be written down');
      }
    }
  };
}

/** The code of the first manager's window, where the hub has no terminal to show it on. */
export function readClaim(dataFolder: string): string | undefined {
  try {
    return readFileSync(path.join(dataFolder, claimCodeName), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Where a device joins: the code stands in the fragment, which no server and no log ever sees.
 * Undefined when no device can reach the hub.
 */
export function joinAddress(addresses: readonly HubAddress[], code: string): string | undefined {
  const [first] = reachableOf(addresses);
  return first === undefined ? undefined : `${first.url}/join#${code}`;
}

export async function claimText(code: string, address: string | undefined): Promise<string> {
  return [
    'Nobody manages this hub yet. Let the first manager in with this code:',
    '',
    `  ${code.slice(0, 4)} ${code.slice(4)}`,
    ...(address === undefined ? [] : ['', `  ${address}`, '', await joinPicture(address)]),
    '',
  ].join('\n');
}

/** The address for a camera, drawn with a terminal's characters. */
export async function joinPicture(address: string): Promise<string> {
  // Loaded when it is needed: a hub that has a manager never draws one.
  const { toString: draw } = await import('qrcode');
  return (await draw(address, { type: 'terminal', small: true })).trimEnd();
}
