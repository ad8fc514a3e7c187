// A row together with its JSON texts: made once, used by the store, the chain and every socket.

import type { Row } from '../domain.ts';

export interface HeldRow extends Row {
  text: string | undefined;
  wire: string | undefined;
}

export function hold(row: Row, text?: string): HeldRow {
  const { key, subject, seq, body } = row;
  return { key, subject, seq, body, text, wire: undefined };
}

/** The body as JSON text. */
export function bodyText(row: HeldRow): string {
  row.text ??= JSON.stringify(row.body);
  return row.text;
}

/** The whole row as it stands in a frame. */
export function wireText(row: HeldRow): string {
  row.wire ??= rowText(row, bodyText(row));
  return row.wire;
}

/** A row with another body than its own, as it stands in a frame. */
export function rowText(row: Row, body: string): string {
  const { key, subject, seq } = row;
  return `{"key":${JSON.stringify(key)},"subject":${JSON.stringify(subject)},"seq":${seq},"body":${body}}`;
}
