// Records as RFC 4180 has them, for programs that calculate with tables. Such a program takes a text
// that begins like a formula for one and carries it out: such a text gets an apostrophe in front.

import { columns, type ExportRecord, type Value } from './day-export.ts';

export function csvOf(records: readonly ExportRecord[]): string {
  return csvHead + csvLines(records);
}

export const csvHead = `${columns.join(',')}\r\n`;

export function csvLines(records: readonly ExportRecord[]): string {
  const lines = records.map((record) => columns.map((column) => cellOf(record[column])).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function cellOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : value.join('; ');
  const safe = isFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Full-width signs count as well, and blanks before a sign are overlooked by some programs. */
const isFormula = /^[\s\p{Cf}]*[=+\-@＝＋－＠|]|^[\t\r\n]/u;
