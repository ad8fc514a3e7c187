// What waits for a manager, as the running hub lists it, and how one that a person means is found.

import { Failure } from '../failure.ts';
import { type Page, paged, type Who } from '../history/ask.ts';
import { type HubDoor, askHub } from '../hub-door.ts';

interface About {
  /** Its place in the log: short enough to be typed. */
  readonly seq: number;
  readonly name?: string;
  readonly code: string;
  readonly message?: string;
  readonly by: Who;
  readonly order?: { readonly order: string; readonly number: string | null };
  readonly asked?: string;
  readonly askedMs?: number;
}

export interface Waiting extends About {
  readonly id: string;
}

export interface AttentionEntry extends About {
  readonly entry: string;
  readonly kind: string;
  /** The command it is about. */
  readonly id?: string;
  readonly hubTimeMs?: number;
  /** Where there was no room for more: how many more. */
  readonly count?: number;
  readonly settled?: string;
}

export interface Decided {
  readonly isNew: boolean;
  readonly outcome: string;
  readonly message?: string;
}

/** More than a hub ever keeps. */
const all = 1_000_000;

export function readWaiting(door: HubDoor, limit = all): Promise<Page<'waiting', Waiting>> {
  return paged<'waiting', Waiting>(door, '/attention/waiting', 'waiting', limit);
}

export function readAttention(
  door: HubDoor,
  limit = all,
): Promise<Page<'entries', AttentionEntry>> {
  return paged<'entries', AttentionEntry>(door, '/attention', 'entries', limit);
}

export async function decide(door: HubDoor, id: string, apply: boolean): Promise<Decided> {
  const path = `/attention/waiting/${encodeURIComponent(id)}`;
  return (await askHub(door, 'POST', path, { apply })) as Decided;
}

export async function dismiss(door: HubDoor, { entry }: AttentionEntry): Promise<void> {
  await askHub(door, 'POST', '/attention/close', { entry });
}

/** Whether somebody still has to decide on it. */
export function isOpen({ kind, settled }: AttentionEntry): boolean {
  return kind === 'deferred' && settled === undefined;
}

/** Also what was decided before. Throws `Failure` where nothing is at that place. */
export function findWaiting(
  waiting: readonly Waiting[],
  entries: readonly AttentionEntry[],
  typed: string,
): Waiting {
  const decided = entries.flatMap(({ id, kind, ...entry }) =>
    kind === 'deferred' && id !== undefined ? [{ id, ...entry }] : [],
  );
  const found = [...waiting, ...decided].find(({ seq, id }) => isMeant(typed, seq, id));
  if (found === undefined) throw nothingAt(typed);
  return found;
}

/** All that came of one command stands at one place. Throws `Failure` where nothing is there. */
export function findEntries(entries: readonly AttentionEntry[], typed: string): AttentionEntry[] {
  const found = entries.filter(({ seq, entry }) => isMeant(typed, seq, entry));
  if (found.length === 0) throw nothingAt(typed);
  return found;
}

/** A device chooses its ids and may send one of digits: such a word is a place, and never an id. */
function isMeant(typed: string, seq: number, id: string): boolean {
  return typed === (/^\d+$/.test(typed) ? String(seq) : id);
}

function nothingAt(typed: string): Failure {
  const message = `There is nothing on the list at "${typed}": it was taken off, or misread.`;
  return new Failure(2, message, 'Look at the list: npm run -s pos-sync -- attention');
}
