// The one place where the command line touches the engine: the hash that makes two copies of a view
// comparable, and how the engine's rows look.

import { nodeHash, type Row, rowOf, rowsHash, type View, viewHash } from '@pos-sync/local-server';

export { type Row, rowOf, type View };

export function hashOfRows(rows: Iterable<Row>): string {
  return rowsHash(nodeHash, rows);
}

/** The hash a device with this view must have when the hub has `rows`. */
export function hashOfView(name: string, view: View, rows: Iterable<Row>): string {
  return viewHash(nodeHash, name, view, rows);
}
