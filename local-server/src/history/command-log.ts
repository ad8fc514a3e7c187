// The log of decided commands, read a little at a time: between two reads the hub goes on with orders,
// and no question makes it read more than so many commands.

import { setImmediate as letOthersGoFirst } from 'node:timers/promises';

import type { Decision, Json, LogEntry, Store } from '@pos-sync/sync';

export type CommittedStore = Pick<Store, 'find' | 'history'>;

/** One command as the log keeps it, with what was decided. */
export interface LoggedCommand extends Omit<LogEntry, 'decision' | 'body'> {
  readonly name: string;
  /** Whatever the device sent: a command that was refused may hold anything. */
  readonly args: Json;
  readonly madeAt: number;
  /** Why the args are not there, and which order it was about. */
  readonly withheld?: { readonly code: string; readonly field: string; readonly subject: string };
  /** A device offered it again after the hub had lost it. */
  readonly answered?: object;
  readonly decision: Decision;
}

/** Above `after`, and up to `upTo`. */
export interface Stretch {
  readonly after: number;
  readonly upTo: number;
}

/** Reads of one question; what lies further is asked for with a place to go on from. */
export const readsMax = 20_000;
const readsTogether = 128;

/** In the order of the log. */
export async function* forwards(
  store: CommittedStore,
  { after, upTo }: Stretch,
): AsyncIterable<readonly LogEntry[]> {
  for (let place = after; place < upTo;) {
    const entries = store.history(place, Math.min(readsTogether, upTo - place));
    const last = entries.at(-1);
    if (last === undefined) return;
    yield entries;
    place = last.seq;
    await letOthersGoFirst();
  }
}

/** The newest first. */
export async function* backwards(
  store: CommittedStore,
  { after, upTo }: Stretch,
): AsyncIterable<readonly LogEntry[]> {
  for (let place = upTo; place > after;) {
    const from = Math.max(after, place - readsTogether);
    yield store.history(from, place - from).toReversed();
    place = from;
    await letOthersGoFirst();
  }
}

/** Undefined for one whose body was erased. */
export function readCommand(entry: LogEntry): LoggedCommand | undefined {
  if (entry.body === '') return undefined;
  const { decision, body, ...place } = entry;
  const said = JSON.parse(body) as Pick<LoggedCommand, 'name' | 'args' | 'madeAt' | 'withheld'>;
  return { ...place, ...said, decision: JSON.parse(decision) as Decision };
}

/** The order a command is about; undefined where it is about something else. */
export function orderOf({ args, withheld }: Pick<LoggedCommand, 'args' | 'withheld'>) {
  const { order, ticket } = fieldsOf(args);
  if (typeof order === 'string') return order;
  if (typeof ticket === 'string') return ticket.split('.', 1)[0];
  return withheld?.subject;
}

/** The command that a person decided on; undefined where this is another command. */
export function decidedOn({ name, args }: Pick<LoggedCommand, 'name' | 'args'>) {
  const { id } = fieldsOf(args);
  return name === 'deferred.decide' && typeof id === 'string' ? id : undefined;
}

export function fieldsOf(args: Json): Readonly<Record<string, unknown>> {
  return typeof args === 'object' && args !== null ? Object.fromEntries(Object.entries(args)) : {};
}
