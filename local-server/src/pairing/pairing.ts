// How a device becomes one of the shop's: somebody opens a window and reads out its code, the device
// proves that it was told the code, and the hub gives the command that pairs it. Windows live in
// memory only: after a restart people open a new one.

import { randomBytes } from 'node:crypto';
import type { Moment } from '@pos-sync/sync';

import { isSameProof, newCode, proofOf } from './code.ts';
import { deviceRoles, whyNotThisName } from './wanted.ts';

export const windowMs = 5 * 60_000;
export const wrongTriesMax = 5;
export const betweenTriesMs = 1_000;
const windowsMax = 16;

export interface PairingOptions {
  /** The id this hub process shows in its challenge. */
  readonly hub: string;
  readonly store: string;
  /** Whether a device can be paired as `role`. */
  isRole(role: string): boolean;
  /** Gives a command as the hub; settles once its outcome is durable. */
  give(id: string, name: string, args: object): Promise<PairOutcome>;
  /** The row of a paired device. */
  findDevice(device: string): { readonly letter: string } | undefined;
  now(): Moment;
}

/** What a given command came to; the rest of the engine's answer is not needed here. */
export interface PairOutcome {
  readonly outcome: string;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export interface OpenedWindow {
  readonly code: string;
  /** When it closes, in ms since 1970 by the hub's calendar: a label; the hub counts by itself. */
  readonly expiresAtMs: number;
}

export interface Joined {
  readonly store: string;
  readonly device: string;
  readonly name: string;
  readonly letter: string;
  readonly role: string;
}

/** `status` is the HTTP status that says the same. */
export interface PairingRefusal {
  readonly refused: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly fix: string;
  };
}

export interface Pairing {
  readonly hub: string;
  readonly store: string;
  open(wanted: { readonly role: string; readonly name: string }): OpenedWindow | PairingRefusal;
  join(asked: {
    readonly publicKey: string;
    readonly proof: string;
  }): Promise<Joined | PairingRefusal>;
}

interface Window {
  readonly code: string;
  readonly untilMonoMs: number;
  readonly role: string;
  readonly name: string;
  wrongTries: number;
  /** Set by the one device that proved it knows the code; it may ask again for the same answer. */
  taken:
    | { readonly publicKey: string; readonly answer: Promise<Joined | PairingRefusal> }
    | undefined;
}

export function createPairing(options: PairingOptions): Pairing {
  const { hub, store } = options;
  const nowMs = (): number => options.now().monoMs;
  let windows: Window[] = [];
  let wrongAtMs = -Infinity;

  const dropClosed = (): void => {
    windows = windows.filter(
      (window) => window.untilMonoMs > nowMs() && window.wrongTries < wrongTriesMax,
    );
  };

  return {
    hub,
    store,
    open({ role, name }) {
      dropClosed();
      if (!options.isRole(role)) return refusals.noSuchRole(role);
      const wrongName = whyNotThisName(name);
      if (wrongName !== undefined) return refusals.badName(wrongName);
      const waiting = windows.filter((window) => window.taken === undefined);
      if (waiting.length >= windowsMax) return refusals.tooManyWindows;
      const code = newCode();
      const untilMonoMs = nowMs() + windowMs;
      windows.push({ code, untilMonoMs, role, name, wrongTries: 0, taken: undefined });
      return { code, expiresAtMs: options.now().wallMs + windowMs };
    },
    async join({ publicKey, proof }) {
      dropClosed();
      const open = windows.filter((window) => isOpenFor(window, publicKey));
      if (open.length === 0) return refusals.noWindow;
      if (nowMs() - wrongAtMs < betweenTriesMs) return refusals.tooSoon;
      // All are compared, so that the time taken does not say which one it was.
      const right = open.filter((one) => isSameProof(proof, proofOf(one.code, hub, publicKey)))[0];
      if (right === undefined) {
        wrongAtMs = nowMs();
        for (const one of open) if (one.taken === undefined) one.wrongTries += 1;
        return refusals.wrongCode;
      }
      right.taken ??= { publicKey, answer: pair(options, right, publicKey) };
      return right.taken.answer;
    },
  };
}

function isOpenFor(window: Window, publicKey: string): boolean {
  return window.taken === undefined || window.taken.publicKey === publicKey;
}

async function pair(
  options: PairingOptions,
  { name, role }: Window,
  publicKey: string,
): Promise<Joined | PairingRefusal> {
  const device = randomBytes(12).toString('base64url');
  const args = { device, publicKey, name, role };
  const { outcome, code, message } = await options.give(`pair:${device}`, 'device.pair', args);
  const row = options.findDevice(device);
  if (outcome !== 'ok' || row === undefined) return refusals.notPaired(code, message);
  return { store: options.store, device, name, letter: row.letter, role };
}

function refusal(status: number, code: string, message: string, fix: string): PairingRefusal {
  return { refused: { status, code, message, fix } };
}

const openAnother = 'Open a new pairing window and use its code.';

const refusals = {
  noSuchRole: (role: string) =>
    refusal(
      400,
      'NO_SUCH_ROLE',
      `There is no role "${role}" for a device.`,
      `Use one of ${deviceRoles.join(', ')}.`,
    ),
  badName: (message: string) => refusal(400, 'BAD_NAME', message, 'Choose another name.'),
  tooManyWindows: refusal(
    429,
    'TOO_MANY_WINDOWS',
    `${windowsMax} pairing windows are open already.`,
    'Pair the devices they were opened for, or wait five minutes until they close.',
  ),
  noWindow: refusal(
    403,
    'NO_WINDOW',
    'No pairing window is open: it was used, its five minutes are over, or its five tries are.',
    openAnother,
  ),
  tooSoon: refusal(
    429,
    'TRY_LATER',
    'A wrong code was tried less than a second ago.',
    'Wait a second and try again.',
  ),
  wrongCode: refusal(
    403,
    'WRONG_CODE',
    'This code does not belong to an open pairing window.',
    'Read the code again and type it in once more; after five wrong tries the window closes.',
  ),
  notPaired: (code: string | undefined, message: string | undefined) =>
    refusal(
      409,
      code ?? 'NOT_PAIRED',
      message ?? 'The hub could not write this device down.',
      openAnother,
    ),
};
