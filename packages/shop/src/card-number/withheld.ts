// Which commands bring card data along. What people type is known by its schema; a command that does
// not fit its schema, or that this build cannot read, may hold it anywhere.

import { fitsEngineCommand, isEngineCommand } from '@pos-sync/sync';
import type { Json, JsonObject, Mutator, Withheld } from '@pos-sync/sync';
import { type Place, freeTextFields, typedIdFields } from '../free-text.ts';
import { type CardData, cardNumberIn, cardNumberInId, isPlain } from './card-number.ts';

export type Withholds = (name: string, v: number, args: Json) => Withheld | undefined;

/** For what nobody types: ids made at random and the like may look as they want where they fit. */
const anywhere = 'args';

const called: Readonly<Record<CardData, string>> = {
  number: 'a card number',
  track: 'the stripe of a card',
  code: 'the security code of a card',
};

interface Typed {
  readonly texts: readonly Place[];
  readonly ids: readonly Place[];
}

const nothingTyped: Typed = { texts: [], ids: [] };
/** What people call a device, and what an order is known by. */
const typedInEngine: Typed = { texts: [['name'], ['record', 'name'], ['subject']], ids: [] };

export function withholdsCardData(mutators: ReadonlyMap<string, Mutator>): Withholds {
  const typedByName = new Map<string, Typed>();
  for (const [name, { schema }] of mutators) {
    typedByName.set(name, { texts: freeTextFields(schema), ids: typedIdFields(schema) });
  }
  const isWhollyKnown = (name: string, v: number, args: Json): boolean => {
    const mutator = mutators.get(name);
    const isFit = mutator?.v === v && mutator.schema.safeParse(args).success;
    return isFit || fitsEngineCommand(name, v, args);
  };
  return (name, v, args) => {
    if (isPlainThroughout(args)) return undefined;
    const isEngine = isEngineCommand(name);
    const { texts, ids } = isEngine ? typedInEngine : (typedByName.get(name) ?? nothingTyped);
    for (const { text, path } of textsOf(args)) {
      const found = cardNumberIn(text);
      if (found === undefined) continue;
      const typedId = ids.find((one) => isAt(path, one));
      const field = texts.find((one) => isAt(path, one)) ?? typedId;
      const isNoCard = field === undefined || (field === typedId && !cardNumberInId(text));
      const mayBeId = isEngine ? isEngineId(text, path) : isNoCard;
      if (mayBeId && isWhollyKnown(name, v, args)) continue;
      return { field: field?.join('.') ?? anywhere, ...refusalOf(found) };
    }
    return undefined;
  };
}

/** Of a device, a row or a command: beside names, nothing else is in the engine's own commands. */
function isEngineId(text: string, path: readonly string[]): boolean {
  return path.at(-1) !== 'name' && /^[\w.:/-]*$/.test(text);
}

/** The same refusal for whoever takes text from people in another way than by a command. */
export function refusalOf(found: CardData): { readonly code: string; readonly message: string } {
  const message = `This looks like ${called[found]}, and that is never kept here. Take it out and enter the rest again.`;
  return { code: 'CARD_NUMBER', message };
}

interface Text {
  readonly text: string;
  /** The names of the fields it stands in; a list's items count as `*`. */
  readonly path: readonly string[];
}

/** Nearly every command is. What is left is looked at again, this time where it stands. */
function isPlainThroughout(args: Json): boolean {
  const left: Json[] = [args];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'string' && !isPlain(value)) return false;
    if (typeof value === 'number' && !isPlain(String(value))) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values<Json>(value as JsonObject)) left.push(inner);
    if (!Array.isArray(value) && !Object.keys(value).every(isPlain)) return false;
  }
  return true;
}

/** Everything that could be read, names of fields too, which stand where their object does. Args may be nested deeper than a stack is. */
function* textsOf(args: Json): Generator<Text> {
  const left: { readonly value: Json; readonly path: readonly string[] }[] = [
    { value: args, path: [] },
  ];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' || typeof value === 'number') yield { text: `${value}`, path };
    else if (Array.isArray(value)) {
      for (const item of value as readonly Json[])
        left.push({ value: item, path: below(path, '*') });
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, inner] of Object.entries<Json>(value as JsonObject)) {
        yield { text: field, path };
        left.push({ value: inner, path: below(path, field) });
      }
    }
  }
}

/** No field of a schema lies deeper. */
const depthMax = 8;

function below(path: readonly string[], field: string): readonly string[] {
  return path.length > depthMax ? path : [...path, field];
}

function isAt(path: readonly string[], field: readonly string[]): boolean {
  return (
    path.length === field.length &&
    field.every((name, index) => name === '*' || name === path[index])
  );
}
