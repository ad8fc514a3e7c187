// The devices of the shop as the running hub lists them, and how the one a person means is found
// among them.

import { Failure } from '../failure.ts';
import { type HubDoor, askHub } from '../hub-door.ts';
import { plainText } from '../plain-text.ts';

export interface ListedDevice {
  readonly device: string;
  readonly letter: string;
  readonly name: string;
  readonly role: string;
  readonly isHere: boolean;
  /** When it was here last, in ms since 1970; nothing where this hub process never saw it. */
  readonly seenMs?: number;
  /** What it delivered and a person has to decide on. */
  readonly deferred: number;
  readonly revokedAt?: number;
  readonly retiredAt?: number;
}

/** A device that the hub does not know and that asks to be let in. */
export interface AskingDevice {
  readonly device: string;
  /** `K7Q2-M9XD`, as the device shows it. */
  readonly checkCode: string;
  /** What it calls itself, which anybody can claim; the hub leaves out what is no name. */
  readonly name?: string;
  /** The one it says it had, and gets where nobody has it. */
  readonly letter?: string;
  readonly atMs: number;
}

export interface DeviceList {
  readonly devices: readonly ListedDevice[];
  readonly asking: readonly AskingDevice[];
}

export async function readDevices(door: HubDoor): Promise<DeviceList> {
  return (await askHub(door, 'GET', '/devices')) as DeviceList;
}

/** By id, letter or name, where only one fits. Throws `Failure`. */
export function findListed({ devices }: DeviceList, typed: string): ListedDevice {
  const called = devices.filter(
    ({ device, letter, name }) =>
      device === typed || isAlike(letter, typed) || isAlike(name, typed),
  );
  const lines = called.map(({ letter, name, role, device }) => lineOf(letter, name, role, device));
  return onlyOne(
    typed,
    called,
    lines,
    'Say which one by its id or letter, where no other line has that.',
  );
}

/** By the check code on its screen alone: id and name are what anybody can claim. Throws `Failure`. */
export function findAsking({ asking }: DeviceList, typed: string): AskingDevice {
  const called = asking.filter(({ checkCode }) => bare(checkCode) === bare(typed));
  const lines = called.map(({ checkCode, name = '', device }) => lineOf(checkCode, name, device));
  return onlyOne(typed, called, lines, 'Let none of them in: each device has a code of its own.');
}

/** Why it may not work here any more; nothing where it may. */
export function standingOf({ revokedAt, retiredAt }: ListedDevice): string | undefined {
  if (revokedAt !== undefined) return 'revoked';
  return retiredAt === undefined ? undefined : 'retired';
}

function onlyOne<Found>(
  typed: string,
  called: readonly Found[],
  lines: readonly string[],
  fixForSeveral: string,
): Found {
  const [meant] = called;
  if (meant === undefined) {
    const fix = 'Look at the list: npm run -s pos-sync -- devices';
    throw new Failure(2, `The hub has no device "${typed}" here.`, fix);
  }
  if (called.length === 1) return meant;
  throw new Failure(2, [`"${typed}" may be any of these:`, ...lines].join('\n  '), fixForSeveral);
}

function lineOf(...words: readonly string[]): string {
  return words.map(plainText).join('  ');
}

export function isAlike(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** `k7q2 m9xd` as the hub writes it: `K7Q2-M9XD`. */
export function asWritten(code: string): string {
  return bare(code).replace(/^.{4}/, '$&-');
}

/** A check code as people may type it. */
function bare(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '');
}
