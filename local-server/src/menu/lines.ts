// Whether the lines of a file are items as the shop takes them. What is wrong is said line by line, and
// never with what stands there: it could be the number of a card.

import { cardNumberIn, cardNumberInId, cardRefusal, putItem } from '@pos-sync/shop';
import { limits, unfitJson } from '@pos-sync/sync';

import type { FileError } from '../http/refusal.ts';
import { type Column, columns, type MenuItem } from './item.ts';

/** Items of one file. */
export const itemsMax = 2_000;
/** So many places are named; a file in which everything is wrong has one cause. */
export const errorsMax = 50;

/** One item as it was read, whatever it holds. */
export interface Line {
  /** Of a table the row, with the head as the first; of a list the how-manieth. */
  readonly line: number;
  readonly value: unknown;
}

/** What a file holds, or everything that is wrong with it. */
export type ReadMenu =
  | { readonly items: readonly MenuItem[] }
  | { readonly errors: readonly FileError[] };

const wanted: Readonly<Record<Column, string>> = {
  item: 'An item has an id of 1 to 64 letters, digits, "-", "_" or ":", such as soup or cola-small.',
  name: 'A name is a text of 1 to 128 characters.',
  station:
    'A station has 1 to 16 small letters, digits or "-", such as kitchen. For what nobody has to make leave it empty; in JSON it is null.',
  priceMinor:
    'A price is a whole number of the smallest coin, from 0 to 1000000000: for 12.50 write 1250.',
  choices:
    'Choices are written as bread=Bread:100; oil=Oil:0, each with its id, its name and what it costs on top, and each once. In JSON: {"bread": {"name": "Bread", "priceMinor": 100}}.',
};

/** The shop's own limits count, and nothing is taken of a file in which one line is wrong. */
export function judgeLines(lines: readonly Line[]): ReadMenu {
  const lineOf = new Map<unknown, number>();
  const items: MenuItem[] = [];
  const errors: FileError[] = [];
  for (const { line, value } of lines) {
    const { item, wrong } = judge(value);
    const before = lineOf.get(item?.item);
    const twice = before !== undefined && {
      column: 'item',
      message: `The item of line ${before} stands here again.`,
    };
    errors.push(...[...wrong, ...(twice ? [twice] : [])].map((one) => ({ line, ...one })));
    if (item === undefined) continue;
    lineOf.set(item.item, line);
    items.push(item);
  }
  return errors.length > 0 ? { errors } : { items };
}

const tooLong = `With all its choices this item is longer than ${limits.commandBytesMax / 1024} KiB. Shorten names, or make two items of it.`;
const unkept = 'There is a sign or a word in here that cannot be kept. Type it anew.';

type Wrong = Omit<FileError, 'line'>;

/** A version of the longest kind, because what is judged has none yet. */
const version = 'v'.repeat(64);
/** What a command has around its args. */
const aroundArgsBytes = 512;

function judge(value: unknown): { item?: MenuItem; wrong: Wrong[] } {
  if (!isObject(value) || Object.keys(value).some((key) => !isColumn(key))) {
    const message = `An item is an object with ${columns.join(', ')}, and with nothing else.`;
    return { wrong: [{ message }] };
  }
  const args = { ...value, version };
  const parsed = putItem.schema.safeParse(args);
  if (!parsed.success) {
    const unfit = new Set(parsed.error.issues.map(({ path }) => path[0] as Column));
    return { wrong: [...unfit].map((column) => ({ column, message: wanted[column] })) };
  }
  if (Buffer.byteLength(JSON.stringify(args)) > limits.commandBytesMax - aroundArgsBytes) {
    return { wrong: [{ column: 'choices', message: tooLong }] };
  }
  const item = value as MenuItem;
  const { name, station, choices } = item;
  const wrong: Wrong[] = [];
  for (const [column, field] of Object.entries({ name, choices })) {
    const isUnfit = unfitJson(field, limits.jsonDepthMax) !== undefined;
    if (isUnfit) wrong.push({ column, message: unkept });
  }
  const choiceNames = Object.values(choices).map((choice) => choice.name);
  const found = {
    item: [cardNumberInId(item.item)],
    name: [cardNumberIn(name)],
    station: [cardNumberInId(station ?? '')],
    choices: [...Object.keys(choices).map(cardNumberInId), ...choiceNames.map(cardNumberIn)],
  };
  for (const [column, cards] of Object.entries(found)) {
    const card = cards.find((one) => one !== undefined);
    if (card !== undefined) wrong.push({ column, message: cardRefusal(card).message });
  }
  return wrong.length > 0 ? { wrong } : { item, wrong };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isColumn(key: string): key is Column {
  return (columns as readonly string[]).includes(key);
}
