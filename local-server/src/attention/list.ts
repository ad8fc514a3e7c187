// The two lists for managers: what was rejected, set aside or strange, newest first; and what of it
// waits for a decision, oldest first, because what came later may stand on what came before.

import type { JsonObject } from '@pos-sync/sync';

import { aboutCommands, type CommittedRows, type Lists } from './about.ts';

export interface PageWanted {
  readonly after?: number;
  readonly limit: number;
}

/** What came of one command stays on one page, which may then hold a few more. */
export async function listAttention(lists: Lists, { after = Infinity, limit }: PageWanted) {
  const { rows } = lists.running.status;
  const found = rowsOf(rows, 'attention/', (subject) => subject.startsWith('attention'))
    .filter(({ seq }) => seq < after)
    .sort((one, other) => other.seq - one.seq || (one.key < other.key ? -1 : 1));
  let length = Math.min(limit, found.length);
  while (length < found.length && found[length]?.seq === found[length - 1]?.seq) length += 1;
  const page = found.slice(0, length);
  const aboutOf = await aboutCommands(lists, page);
  return {
    entries: page.map(({ key, seq, body }) => ({
      entry: key.slice('attention/'.length),
      seq,
      ...body,
      ...aboutOf(body),
      ...settledAs(rows, body),
    })),
    ...nextOf(found.length > length, page),
  };
}

/** Complete, also where a device has more of them than its part of the attention list holds. */
export async function listWaiting(lists: Lists, { after = 0, limit }: PageWanted) {
  const found = rowsOf(lists.running.status.rows, 'deferred/', () => true)
    .filter(({ body }) => body['outcome'] === 'deferred')
    .map(({ body }) => ({ seq: Number(body['firstSeq']), body }))
    .filter(({ seq }) => seq > after)
    .sort((one, other) => one.seq - other.seq);
  const page = found.slice(0, limit);
  const aboutOf = await aboutCommands(lists, page);
  return {
    waiting: page.map(({ seq, body }) => {
      const { id, device, name, code, message } = body;
      return { id, seq, device, name, code, message, ...aboutOf(body) };
    }),
    ...nextOf(found.length > limit, page),
  };
}

/** Whether an entry of the attention list is about a command that nobody has decided on yet. */
export function isUndecided(rows: CommittedRows, entry: string): boolean {
  const { kind, id } = rows.find(`attention/${entry}`)?.body ?? {};
  if (kind !== 'deferred' || typeof id !== 'string') return false;
  return rows.find(`deferred/${id}`)?.body['outcome'] === 'deferred';
}

/**
 * The place of an older command of the same device on the same order, table or the like that waits as
 * well; undefined where there is none.
 */
export function olderWaiting(rows: CommittedRows, id: string): number | undefined {
  const found = rows.find(`deferred/${id}`)?.body;
  if (found === undefined) return undefined;
  const { device, subject, firstSeq } = found;
  return rowsOf(rows, 'deferred/', (one) => one === subject)
    .filter(({ body }) => body['outcome'] === 'deferred' && body['device'] === device)
    .map(({ body }) => Number(body['firstSeq']))
    .sort((one, other) => one - other)
    .find((seq) => seq < Number(firstSeq));
}

function rowsOf(rows: CommittedRows, prefix: string, isThere: (subject: string) => boolean) {
  return [...rows.subjects()]
    .filter(isThere)
    .flatMap((subject) => [...rows.keysOf(subject)])
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => rows.find(key) ?? []);
}

function nextOf(
  isMore: boolean,
  page: readonly { readonly seq: number }[],
): { readonly next?: number } {
  const last = page.at(-1);
  return isMore && last !== undefined ? { next: last.seq } : {};
}

/** A command that was set aside stays in the list after somebody decided on it. */
function settledAs(rows: CommittedRows, { kind, id }: JsonObject): { settled?: string } {
  if (kind !== 'deferred' || typeof id !== 'string') return {};
  const outcome = rows.find(`deferred/${id}`)?.body['outcome'];
  return typeof outcome !== 'string' || outcome === 'deferred' ? {} : { settled: outcome };
}
