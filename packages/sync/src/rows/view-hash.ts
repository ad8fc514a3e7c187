// One hash for all rows of a view: two replicas of it are equal when their hashes are.

import { type Row, type View, kindOf } from '../domain.ts';
import { type JsonObject, canonicalJson } from '../json.ts';
import type { Hash } from '../ports/hash.ts';

/** Rows of the engine's own that only the view of the device concerned may see. */
export const deferredKind = 'deferred';

/** What `view` shows of `row`, or undefined. Deferred commands show in their device's view alone. */
export function shown(name: string, view: View, row: Row): JsonObject | undefined {
  const kind = kindOf(row.key);
  if (kind === deferredKind) return row.body['view'] === name ? row.body : undefined;
  return view.kinds.has(kind) ? view.project(row) : undefined;
}

/** Whether rows with this key can ever show in `view`: their removal has to be told there. */
export function mayShow(view: View, key: string): boolean {
  const kind = kindOf(key);
  return kind === deferredKind || view.kinds.has(kind);
}

/** SHA-256 over key, subject and body of every row, in key order. */
export function rowsHash(hash: Hash, rows: Iterable<Row>): string {
  const lines = [...rows].map((row) => canonicalJson([row.key, row.subject, row.body]));
  return hash.sha256(lines.toSorted().join('\n'));
}

/** `rowsHash` of what a view shows of `rows`. */
export function viewHash(hash: Hash, name: string, view: View, rows: Iterable<Row>): string {
  const seen: Row[] = [];
  for (const row of rows) {
    const body = shown(name, view, row);
    if (body !== undefined) seen.push({ ...row, body });
  }
  return rowsHash(hash, seen);
}
