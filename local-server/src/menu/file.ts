// A menu as it is sent: JSON, or a table. It is read once it is known who sent it.

import type { RawBody } from '../http/body.ts';
import { itemsMax, judgeLines, type ReadMenu } from './lines.ts';
import { readTable } from './table.ts';

export const fileBytesMax = 1024 * 1024;
export const tableMedia = 'text/csv';
export const jsonMedia = 'application/json';

/** Undefined where there was no body at all. */
export function readMenu(body: RawBody | undefined): ReadMenu {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body?.bytes);
  } catch {
    return wrong(
      'This is no text in UTF-8. Where you save it, choose “CSV UTF-8” or the character set UTF-8.',
    );
  }
  return body?.media === tableMedia ? readTable(text) : readJson(text);
}

function readJson(text: string): ReadMenu {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return wrong('This is no JSON. A table is sent as text/csv.');
  }
  const { items, ...more } = (said ?? {}) as { items?: unknown };
  if (!Array.isArray(items) || Object.keys(more).length > 0) {
    return wrong('A menu in JSON is {"items": […]}, and nothing else stands beside the items.');
  }
  if (items.length > itemsMax) {
    return wrong(`A file has at most ${itemsMax} items. Make two files of it.`);
  }
  return judgeLines(items.map((value: unknown, index) => ({ line: index + 1, value })));
}

function wrong(message: string): ReadMenu {
  return { errors: [{ line: 1, message }] };
}
