// Reads orders from the tab-separated form in which The Upshot published 1,834 real ones: a header,
// then one line of an order per row, the price for the line's quantity, choices as nested lists.

import { checkLine, type OrderLine, type ParsedOrders, type Problem, whyUnfit } from './order.ts';

export const tsvHeader = ['order_id', 'quantity', 'item_name', 'choice_description', 'item_price'];

/** Rows of one order need not stand together. A row with a problem is left out of its order. */
export function parseTsv(text: string): ParsedOrders {
  const rows = text.replace(/^\uFEFF/, '').split('\n');
  const orders = new Map<string, OrderLine[]>();
  const problems: Problem[] = [];
  const [first = '', ...others] = rows.map((row) => row.replace(/\r$/, ''));
  if (
    first
      .split('\t')
      .map((field) => field.trim())
      .join('\t') !== tsvHeader.join('\t')
  ) {
    return { orders: [], problems: [{ lineNumber: 1, message: whyNoHeader(first) }] };
  }
  for (const [index, row] of others.entries()) {
    if (row.trim() === '') continue;
    const read = readRow(row);
    if (typeof read === 'string') problems.push({ lineNumber: index + 2, message: read });
    else {
      const lines = orders.get(read.id);
      if (lines === undefined) orders.set(read.id, [read.line]);
      else lines.push(read.line);
    }
  }
  return { orders: Array.from(orders, ([id, lines]) => ({ id, lines })), problems };
}

function whyNoHeader(first: string): string {
  // What is no text is read as these, the second of them instead of what could not be read.
  if (/[\0\uFFFD]/.test(first)) return 'this is not text';
  if (first.trimStart().startsWith('[')) {
    return 'this is one list in JSON: write each order on a line of its own';
  }
  return 'this is neither the header of tab-separated orders nor an order in JSON';
}

function readRow(row: string): { id: string; line: OrderLine } | string {
  const fields = row.split('\t');
  if (fields.length !== tsvHeader.length) {
    return `${fields.length} fields instead of ${tsvHeader.length}`;
  }
  const [id = '', quantity = '', name = '', description = '', price = ''] = fields.map((field) =>
    field.trim(),
  );
  if (id === '' || id.length > 256) return 'an order_id has 1 to 256 characters';
  const unfit = whyUnfit(id);
  if (unfit !== undefined) return `the order_id holds ${unfit}`;
  if (!/^\d{1,15}$/.test(quantity))
    return `the quantity is "${quantity}": it must be a whole number`;
  const totalMinor = readPrice(price);
  if (totalMinor === undefined) return `the price is "${price}": it must look like $2.39`;
  const choices = readChoices(description);
  if (choices === undefined) return 'the brackets of choice_description do not match';
  const line = checkLine({ name, quantity: Number(quantity), totalMinor, choices });
  return typeof line === 'string' ? line : { id, line };
}

/** `$1,234.50` in minor units. Digit by digit: 2.39 × 100 is not 239 in floating point. */
function readPrice(text: string): number | undefined {
  const match = /^\$(\d{1,3}(?:,\d{3})+|\d{1,12})\.(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', cents = ''] = match;
  return Number(whole.replaceAll(',', '') + cents);
}

/**
 * The names in `[Salsa, [Rice, Beans]]`, whatever their depth; none for `NULL` or nothing.
 * Undefined when brackets do not match or a text stands outside of them.
 */
export function readChoices(text: string): readonly string[] | undefined {
  if (text === 'NULL' || text === '') return [];
  const names: string[] = [];
  let depth = 0;
  let name = '';
  const endName = (): void => {
    const trimmed = name.trim();
    if (trimmed !== '') names.push(trimmed);
    name = '';
  };
  for (const sign of text) {
    if (sign === '[' || sign === ']' || sign === ',') endName();
    else name += sign;
    if (sign === '[') depth += 1;
    if (sign === ']') depth -= 1;
    if (depth < 0 || (depth === 0 && sign !== ']' && sign !== ' ')) return undefined;
  }
  return depth === 0 ? names : undefined;
}
