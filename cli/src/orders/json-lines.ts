// Reads orders from newline-delimited JSON, one order a line: the form in which a shop can replay its
// own orders, and in which this project ships its samples. docs/replay.md describes it.

import {
  checkLine,
  type Order,
  type OrderLine,
  type ParsedOrders,
  type Problem,
  whyUnfit,
} from './order.ts';

/** A line with any problem is left out whole: half an order is not what the guest had. */
export function parseJsonLines(text: string): ParsedOrders {
  const orders: Order[] = [];
  const problems: Problem[] = [];
  const firstSeen = new Map<string, number>();
  for (const [index, row] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (row.trim() === '') continue;
    const lineNumber = index + 1;
    const order = readOrder(row);
    if (typeof order === 'string') {
      problems.push({ lineNumber, message: order });
      continue;
    }
    const earlier = firstSeen.get(order.id);
    if (earlier !== undefined) {
      const message = `the order "${order.id}" already stands on line ${earlier}`;
      problems.push({ lineNumber, message });
      continue;
    }
    firstSeen.set(order.id, lineNumber);
    orders.push(order);
  }
  return { orders, problems };
}

function readOrder(row: string): Order | string {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    return 'this is not JSON: each line must be one whole order';
  }
  if (!isObject(value)) return 'this is not a JSON object';
  const { id, at, lines } = value;
  const strange = Object.keys(value).find((key) => !['id', 'at', 'lines'].includes(key));
  if (strange !== undefined) return `there is no field "${strange}": an order has id, at, lines`;
  if (typeof id !== 'string' || id === '' || id.length > 256) {
    return '"id" must be a text of 1 to 256 characters';
  }
  const unfit = whyUnfit(id);
  if (unfit !== undefined) return `"id" holds ${unfit}`;
  if (at !== undefined && (typeof at !== 'string' || !isTime(at))) {
    return '"at" must be a time such as 2026-11-22T12:30:00Z';
  }
  if (!Array.isArray(lines) || lines.length === 0) return '"lines" must be a list of at least one';
  const read: OrderLine[] = [];
  for (const [index, line] of (lines as unknown[]).entries()) {
    const checked = readLine(line);
    if (typeof checked === 'string') return `in its line ${index + 1}, ${checked}`;
    read.push(checked);
  }
  return { id, lines: read };
}

function readLine(value: unknown): OrderLine | string {
  if (!isObject(value)) return 'there is no JSON object';
  const { name, quantity, totalMinor, choices = [] } = value;
  const known = ['name', 'quantity', 'totalMinor', 'choices'];
  const strange = Object.keys(value).find((key) => !known.includes(key));
  if (strange !== undefined)
    return `there is no field "${strange}": a line has ${known.join(', ')}`;
  if (typeof name !== 'string') return '"name" must be a text';
  if (typeof quantity !== 'number') return '"quantity" must be a number';
  if (typeof totalMinor !== 'number') return '"totalMinor" must be a number';
  if (!isTexts(choices)) return '"choices" must be a list of texts';
  return checkLine({ name, quantity, totalMinor, choices });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** A date with a time and a zone: without a zone nobody knows which moment is meant. */
function isTime(text: string): boolean {
  const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isWritten && !Number.isNaN(Date.parse(text));
}
