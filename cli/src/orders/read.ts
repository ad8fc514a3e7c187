// A file of orders, whichever of the two forms it has. What is wrong in it is said before anything
// starts, with line numbers.

import { readFile } from 'node:fs/promises';

import { Failure } from '../failure.ts';
import { parseJsonLines } from './json-lines.ts';
import type { Order, ParsedOrders } from './order.ts';
import { parseTsv } from './tsv.ts';

const problemsNamedMax = 5;

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
    throw new Failure(2, `${file} cannot be read (${codeOf(error)}).`, 'Check the path.');
  });
  const { orders, problems } = parseOrders(text);
  const named = problems.map(({ lineNumber, message }) => `line ${lineNumber}: ${message}`);
  if (problems.length > 0 && !skipBad) {
    const shown = named.slice(0, problemsNamedMax);
    if (named.length > shown.length) shown.push(`and ${named.length - shown.length} more`);
    const list = shown.map((line) => `\n  ${line}`).join('');
    const fix = 'Correct them, or leave them out with --skip-bad.';
    throw new Failure(2, `${file} has rows that are not orders:${list}`, fix);
  }
  if (orders.length === 0) {
    const fix = 'docs/replay.md describes the two forms a file of orders can have.';
    throw new Failure(2, `${file} holds no order.`, fix);
  }
  return { orders, skipped: named };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
