// `pos-sync decide` and `pos-sync dismiss`: finds what is meant, tells the running hub, and says in a
// sentence what became of it.

import { findListed, readDevices } from '../devices/device-list.ts';
import { Failure } from '../failure.ts';
import { calledOf } from '../history/tables.ts';
import { type HubDoor, refusalOf } from '../hub-door.ts';
import { plainText } from '../plain-text.ts';
import {
  decide,
  type Decided,
  dismiss,
  findEntries,
  findWaiting,
  isOpen,
  readAttention,
  readWaiting,
  type Waiting,
} from './ask.ts';

export interface DecisionsWanted {
  readonly places: readonly string[];
  /** In place of those: all that waits of one device. */
  readonly device: string | undefined;
  readonly apply: boolean;
  readonly json: boolean;
}

/** Refusals of one command that keep nobody from deciding on the next. */
const goesOn: readonly string[] = ['NOT_DECIDED', 'OLDER_WAITS'];

/** The oldest first, whatever the order they were typed in. The exit code: 0 where all went as asked. */
export async function decideAll(
  door: HubDoor,
  { places, device, apply, json }: DecisionsWanted,
): Promise<0 | 1> {
  const meant = device === undefined ? await at(door, places) : await of(door, device);
  let exitCode: 0 | 1 = 0;
  for (const one of meant.toSorted((first, other) => first.seq - other.seq)) {
    try {
      const decided = await decide(door, one.id, apply);
      if (decided.outcome !== (apply ? 'ok' : 'rejected')) exitCode = 1;
      console.log(json ? JSON.stringify(decided) : sayDecided(one, decided, apply));
    } catch (error) {
      // What cannot be carried out yet keeps nothing else from it.
      if (!(error instanceof Failure) || !goesOn.includes(refusalOf(error) ?? '')) throw error;
      exitCode = 1;
      console.error(`${called(one)}: ${error.message}\n${error.fix}`);
    }
  }
  return exitCode;
}

async function at(door: HubDoor, places: readonly string[]): Promise<Waiting[]> {
  const { waiting } = await readWaiting(door);
  const { entries } = await readAttention(door);
  return [...new Set(places.map((typed) => findWaiting(waiting, entries, typed)))];
}

async function of(door: HubDoor, typed: string): Promise<Waiting[]> {
  const { device } = findListed(await readDevices(door), typed);
  const { waiting } = await readWaiting(door);
  const found = waiting.filter(({ by }) => by.device === device);
  if (found.length > 0) return found;
  const fix = 'Look at the list: npm run -s pos-sync -- attention';
  throw new Failure(2, `Nothing of "${typed}" waits for a decision.`, fix);
}

/** What to print. Nothing is taken off where one of the places is wrong. */
export async function dismissAll(
  door: HubDoor,
  places: readonly string[],
  json: boolean,
): Promise<string> {
  const { entries } = await readAttention(door);
  const meant =
    places.length === 0
      ? entries.filter((entry) => !isOpen(entry))
      : [...new Set(places.flatMap((typed) => findEntries(entries, typed)))];
  for (const entry of meant) await dismiss(door, entry);
  if (json) return JSON.stringify({ dismissed: meant.map(({ entry }) => entry) });
  return meant.length === 0 ? 'Nothing was on the list.' : `${meant.length} taken off the list.`;
}

function called({ seq, by, order, asked, name = '' }: Waiting): string {
  const where = order?.number ? `${order.number}, ` : '';
  return plainText(`${seq}, "${asked ?? name}" (${where}${calledOf(by)})`);
}

function sayDecided(one: Waiting, { isNew, outcome, message }: Decided, apply: boolean): string {
  const what = called(one);
  const why = message === undefined ? '' : plainText(`: ${message}`);
  if (!isNew) {
    const before = outcome === 'ok' ? 'was carried out' : 'was dropped';
    return `${what}, ${before} before, and that stays.`;
  }
  if (outcome === 'ok') return `${what}, is carried out.`;
  return apply ? `${what}, could not be carried out and is over${why}` : `${what}, is dropped.`;
}
