// The menu as a table for programs that calculate with tables, and what people make of it there: columns
// in another order, semicolons, blank lines.

import { CsvError, parse } from 'csv-parse/sync';

import { csvCell, textOfCell } from '../http/csv-cell.ts';
import type { FileError } from '../http/refusal.ts';
import { choicesText, readChoices, readPrice } from './choices.ts';
import { type Column, columns, type MenuItem } from './item.ts';
import { itemsMax, judgeLines, type Line, type ReadMenu } from './lines.ts';

/** Some of these programs take a file for UTF-8 by this sign only. */
const byteOrderMark = '\u{feff}';

export function menuTable(items: readonly MenuItem[]): string {
  const rows = items.map(({ item, name, station, priceMinor, choices }) => [
    csvCell(item),
    csvCell(name),
    csvCell(station ?? ''),
    String(priceMinor),
    csvCell(choicesText(choices)),
  ]);
  const lines = [columns, ...rows].map((cells) => `${cells.join(',')}\r\n`);
  return byteOrderMark + lines.join('');
}

/** `text` is without a byte order mark. */
export function readTable(text: string): ReadMenu {
  const [firstLine = ''] = text.split(/[\r\n]/, 1);
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter: firstLine.includes(';') ? ';' : ',',
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // One more than is taken, to see that there are too many.
      to: itemsMax + 2,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { errors: [brokenAt(error)] };
  }
  const [head = [], ...below] = rows;
  const names = head.map((name) => name.trim());
  const unfit = whyNotThisHead(names);
  if (unfit !== undefined) return { errors: [{ line: 1, message: unfit }] };
  if (below.length > itemsMax) {
    const message = `A file has at most ${itemsMax} lines below the first. Take blank ones out, or make two files of it.`;
    return { errors: [{ line: itemsMax + 2, message }] };
  }
  const lines = below.map((cells, index) => ({ line: index + 2, cells }));
  const written = lines.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const torn = written.filter(({ cells }) => cells.length !== names.length);
  if (torn.length > 0) return { errors: torn.map(({ line }) => ({ line, message: tornMessage })) };
  return judgeLines(written.map(({ line, cells }) => lineOf(line, names, cells)));
}

const tornMessage =
  'This line has more or fewer cells than the first one. A text with a comma, a semicolon or a line end in it stands in double quotes.';

function lineOf(line: number, names: readonly string[], cells: readonly string[]): Line {
  const texts = Object.fromEntries(names.map((name, at) => [name, textOfCell(cells[at] ?? '')]));
  const { item, name, station, priceMinor, choices } = texts as Record<Column, string>;
  const value = {
    item: item.trim(),
    name,
    station: station.trim() === '' ? null : station.trim(),
    priceMinor: readPrice(priceMinor.trim()),
    choices: readChoices(choices),
  };
  return { line, value };
}

function whyNotThisHead(names: readonly string[]): string | undefined {
  const isWhole = columns.every((column) => names.includes(column));
  if (isWhole && names.length === columns.length) return undefined;
  return `The first line names the columns: ${columns.join(', ')}, in any order, each once, and no others.`;
}

/** Its words name what stands there; ours do not. */
function brokenAt({ code, records }: CsvError): FileError {
  const message =
    code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'A double quote is opened here and not closed again.'
      : 'The double quotes do not fit here. A cell with one in it stands in double quotes, and each one in it is written twice.';
  return { line: Number(records) + 1, message };
}
