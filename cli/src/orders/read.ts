// A file of orders, whichever of the two forms it has. What is wrong in it is said before anything
// starts, with line numbers.

import { readFile } from 'node:fs/promises';

import { Failure } from '../failure.ts';
import { parseJsonLines } from './json-lines.ts';
import type { Order, ParsedOrders } from './order.ts';
import { parseTsv, tsvHeader } from './tsv.ts';

const problemsNamedMax = 5;

/** What a file of orders looks like, for whoever brought another one. */
export const forms = `A file of orders is one of two things. Either tab-separated, with this first line:
  ${tsvHeader.join(' <tab> ')}
or one order in JSON on each line, such as:
  {"id":"s01","lines":[{"name":"Soup","quantity":2,"totalMinor":960}]}
docs/replay.md describes both.`;

/** JSON begins with a brace, the tab-separated form with its header. */
export function parseOrders(text: string): ParsedOrders {
  return /^\uFEFF?\s*\{/.test(text) ? parseJsonLines(text) : parseTsv(text);
}

/** Throws `Failure` (2) for a file that cannot be read, or holds bad rows that may not be skipped. */
export async function readOrders(
  file: string,
  skipBad: boolean,
): Promise<{ readonly orders: readonly Order[]; readonly skipped: string[] }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure(2, whyUnreadable(file, error), 'Name a file of orders.', { cause: error });
  });
  if (text.replace(/^\uFEFF/, '').trim() === '') throw new Failure(2, `${file} is empty.`, forms);
  const { orders, problems } = parseOrders(text);
  const named = problems.map(({ lineNumber, message }) => `line ${lineNumber}: ${message}`);
  if (orders.length === 0) {
    throw new Failure(2, `${file} holds no order:${list(named)}`, forms);
  }
  if (problems.length > 0 && !skipBad) {
    const fix = 'Correct them, or leave them out with --skip-bad.';
    throw new Failure(2, `${file} has rows that are not orders:${list(named)}`, fix);
  }
  return { orders, skipped: named };
}

function list(named: readonly string[]): string {
  const shown = named.slice(0, problemsNamedMax);
  if (named.length > shown.length) shown.push(`and ${named.length - shown.length} more`);
  return shown.map((line) => `\n  ${line}`).join('');
}

function whyUnreadable(file: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${file}.`;
  if (code === 'EISDIR') return `${file} is a folder.`;
  if (code === 'EACCES' || code === 'EPERM') return `This user may not read ${file}.`;
  return `${file} cannot be read (${code ?? String(error)}).`;
}
