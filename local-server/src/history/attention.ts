// What waits for a person: commands that were rejected, set aside or strange, newest first.

import type { JsonObject, RunningHub } from '@pos-sync/sync';

type CommittedRows = RunningHub['status']['rows'];

export interface AttentionPage {
  readonly entries: readonly JsonObject[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
}

/** What came of one command stays on one page, which may then hold a few more. */
export function listAttention(
  rows: CommittedRows,
  { after = Infinity, limit }: { readonly after?: number; readonly limit: number },
): AttentionPage {
  const subjects = [...rows.subjects()].filter((subject) => subject.startsWith('attention'));
  const found = subjects
    .flatMap((subject) => [...rows.keysOf(subject)])
    .flatMap((key) => rows.find(key) ?? [])
    .filter(({ seq }) => seq < after)
    .sort((one, other) => other.seq - one.seq || (one.key < other.key ? -1 : 1));
  let length = Math.min(limit, found.length);
  while (length < found.length && found[length]?.seq === found[length - 1]?.seq) length += 1;
  const page = found.slice(0, length);
  const last = page.at(-1);
  return {
    entries: page.map(({ key, seq, body }) => ({
      entry: key.slice('attention/'.length),
      seq,
      ...body,
      ...settledAs(rows, body),
    })),
    ...(length < found.length && last && { next: last.seq }),
  };
}

/** A command that was set aside stays in the list after somebody decided on it. */
function settledAs(rows: CommittedRows, { kind, id }: JsonObject): { settled?: string } {
  if (kind !== 'deferred' || typeof id !== 'string') return {};
  const outcome = rows.find(`deferred/${id}`)?.body['outcome'];
  return typeof outcome !== 'string' || outcome === 'deferred' ? {} : { settled: outcome };
}
