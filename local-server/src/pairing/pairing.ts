// How a device becomes one of the shop's: somebody opens a window and reads out its code, the device
// proves that it was told the code, and the hub gives the command that pairs it. Windows live in
// memory only: after a restart people open a new one. One window opens by itself: the one of the
// first manager, for as long as there is none.

import type { Moment } from '@pos-sync/sync';

import type { Refused } from '../http/refusal.ts';
import { isSameProof, newCode, newDeviceId, proofOf } from './code.ts';
import { refuseName, refusals } from './refusals.ts';
import { rememberWrongTries } from './wrong-tries.ts';

export const windowMs = 5 * 60_000;
export const wrongTriesMax = 5;

export interface PairingOptions {
  /** The id this hub process shows in its challenge. */
  readonly hub: string;
  readonly store: string;
  /** Whether a device can be paired as `role`. */
  isRole(role: string): boolean;
  /** A device that may manage now. */
  isManager(device: string): boolean;
  /** There is one. */
  isClaimed(): boolean;
  /** Tells people the code of the first manager's window, or that there is none any more. */
  showClaim(code: string | undefined): void;
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

export interface WindowWanted {
  readonly role: string;
  readonly name: string;
  /** The manager's device that opens it; undefined for the box itself. */
  readonly by?: string | undefined;
}

export interface OpenedWindow {
  readonly code: string;
  /** When it closes, in ms since 1970 by the hub's calendar: a label; the hub counts by itself. */
  readonly expiresAtMs: number;
}

export interface JoinAsked {
  readonly publicKey: string;
  readonly proof: string;
  /** SHA-256 in hex of a token that a program made for itself. */
  readonly bearerHash?: string | undefined;
}

type Paired = Pick<JoinAsked, 'publicKey' | 'bearerHash'>;

export interface Joined {
  readonly store: string;
  readonly device: string;
  readonly name: string;
  readonly letter: string;
  readonly role: string;
}

export interface Pairing {
  readonly hub: string;
  readonly store: string;
  open(wanted: WindowWanted): OpenedWindow | Refused;
  /** `from` is whoever tries, as far as the hub can tell: an address. */
  join(asked: JoinAsked, from: string): Promise<Joined | Refused>;
  /** Opens the first manager's window where there is no manager, and closes it where there is. */
  lookAtClaim(): void;
}

interface Window extends WindowWanted {
  readonly code: string;
  readonly untilMonoMs: number;
  wrongTries: number;
  /** Set by the one device that proved it knows the code; it may ask again for the same answer. */
  taken: { readonly publicKey: string; readonly answer: Promise<Joined | Refused> } | undefined;
}

const windowsMax = 16;
const firstManager = { role: 'manager', name: 'Manager' } as const;

export function createPairing(options: PairingOptions): Pairing {
  const { hub, store } = options;
  const nowMs = (): number => options.now().monoMs;
  let windows: Window[] = [];
  let claim: Window | undefined;
  const wrong = rememberWrongTries(nowMs);

  const dropClosed = (): void => {
    windows = windows.filter((one) => !isOver(one, nowMs()) && !isBarred(one, options));
  };
  const openWindow = (wanted: WindowWanted, untilMonoMs: number): Window => {
    const window = { ...wanted, code: newCode(), untilMonoMs, wrongTries: 0, taken: undefined };
    windows.push(window);
    return window;
  };
  const lookAtClaim = (): void => {
    const isWanted = !options.isClaimed();
    if (isWanted === (claim !== undefined)) return;
    // Whoever claimed may ask again for the answer that got lost.
    windows = windows.filter((window) => window !== claim || window.taken !== undefined);
    claim = isWanted ? openWindow(firstManager, Infinity) : undefined;
    options.showClaim(claim?.code);
  };

  /** A window whose device could not be written down is open again. */
  const letIn = async (window: Window, asked: Paired): Promise<Joined | Refused> => {
    const joined = await pair(options, window, asked);
    if ('refused' in joined) window.taken = undefined;
    lookAtClaim();
    return joined;
  };

  return {
    hub,
    store,
    lookAtClaim,
    open(wanted) {
      dropClosed();
      const waiting = windows.filter((one) => one.taken === undefined && one !== claim);
      const refused = whyNotOpen(options, wanted, waiting.length);
      if (refused !== undefined) return refused;
      const { code } = openWindow(wanted, nowMs() + windowMs);
      return { code, expiresAtMs: options.now().wallMs + windowMs };
    },
    async join({ publicKey, proof, bearerHash }, from) {
      lookAtClaim();
      dropClosed();
      const open = windows.filter((window) => isOpenFor(window, publicKey));
      if (open.length === 0) return refusals.noWindow;
      // Not even compared: else it would be a guess as good as any.
      if (wrong.isTooSoon(from)) return refusals.tooSoon;
      // All are compared, so that the time taken does not say which one it was.
      const isRight = ({ code }: Window): boolean =>
        isSameProof(proof, proofOf(code, hub, publicKey, bearerHash));
      const right = open.filter(isRight)[0];
      if (right === undefined) {
        wrong.add(from);
        // No stranger may take the first manager's code away, and at this pace none finds it.
        for (const one of open) if (one.taken === undefined && one !== claim) one.wrongTries += 1;
        dropClosed();
        return windows.some((one) => isOpenFor(one, publicKey))
          ? refusals.wrongCode
          : refusals.lastWrongCode;
      }
      if (bearerHash !== undefined && right.role !== 'program') return refusals.onlyPrograms;
      right.taken ??= { publicKey, answer: letIn(right, { publicKey, bearerHash }) };
      return right.taken.answer;
    },
  };
}

function whyNotOpen(
  { isRole }: PairingOptions,
  { role, name }: WindowWanted,
  waiting: number,
): Refused | undefined {
  if (!isRole(role)) return refusals.noSuchRole;
  return (
    refuseName(name) ?? (waiting < windowsMax ? undefined : refusals.tooManyWindows(windowsMax))
  );
}

function isOver({ untilMonoMs, wrongTries }: Window, nowMs: number): boolean {
  return untilMonoMs <= nowMs || wrongTries >= wrongTriesMax;
}

/** With a manager who was shut out go the windows that one had opened. */
function isBarred({ by, taken }: Window, { isManager }: PairingOptions): boolean {
  return by !== undefined && taken === undefined && !isManager(by);
}

function isOpenFor(window: Window, publicKey: string): boolean {
  return window.taken === undefined || window.taken.publicKey === publicKey;
}

async function pair(
  options: PairingOptions,
  { name, role, by }: Window,
  { publicKey, bearerHash }: Paired,
): Promise<Joined | Refused> {
  const device = newDeviceId();
  const perhaps = {
    ...(bearerHash !== undefined && { bearerHash }),
    ...(by !== undefined && { by }),
  };
  const args = { device, publicKey, name, role, ...perhaps };
  const { outcome, code, message } = await options.give(`pair:${device}`, 'device.pair', args);
  const row = options.findDevice(device);
  if (outcome !== 'ok' || row === undefined) return refusals.notPaired(code, message);
  return { store: options.store, device, name, letter: row.letter, role };
}
