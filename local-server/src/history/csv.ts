// Records as RFC 4180 has them, for programs that calculate with tables.

import { csvCell } from '../http/csv-cell.ts';
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
  return csvCell(typeof value === 'string' ? value : value.join('; '));
}
