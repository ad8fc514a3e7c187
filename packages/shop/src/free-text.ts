// What people type, texts and ids. Every such field is made here and nowhere else, so that what must
// not be typed, a card number above all, can be looked for in all of them.

import * as z from 'zod/mini';

const freeTexts = new WeakSet<z.core.$ZodType>();
const typedIds = new WeakSet<z.core.$ZodType>();

/** A text of `lengthMin` to `lengthMax` characters that a person wrote; no id and no choice. */
export function freeText(lengthMin: number, lengthMax: number) {
  const text = z.string().check(z.minLength(lengthMin), z.maxLength(lengthMax));
  freeTexts.add(text);
  return text;
}

/** `id` as one that people make up and type, where others are made by devices at random. */
export function typedId<Id extends z.core.$ZodType>(id: Id): Id {
  const typed = z.clone(id);
  typedIds.add(typed);
  return typed;
}

/** A place in args: names of fields, `*` for every field of a record and every item of a list.
 * The names of a record's fields have the place of the record. */
export type Place = readonly string[];

/** Where people type in what `schema` lets through. */
export function freeTextFields(schema: z.core.$ZodType): readonly Place[] {
  return placesOf(freeTexts, schema);
}

/** Where people type ids in it. */
export function typedIdFields(schema: z.core.$ZodType): readonly Place[] {
  return placesOf(typedIds, schema);
}

function placesOf(
  among: Pick<WeakSet<z.core.$ZodType>, 'has'>,
  schema: z.core.$ZodType,
): readonly Place[] {
  return textFields(schema)
    .filter((field) => among.has(field.schema))
    .map(({ place }) => place);
}

export interface TextField {
  readonly place: Place;
  readonly schema: z.core.$ZodType;
}

/** Every place of a text. Throws on a kind of schema that it cannot look into. */
export function textFields(schema: z.core.$ZodType, place: Place = []): readonly TextField[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
      return [{ place, schema }];
    case 'number':
    case 'boolean':
    case 'literal':
    case 'enum':
      return [];
    case 'optional':
    case 'nullable':
      return textFields(def.innerType, place);
    case 'array':
      return textFields(def.element, [...place, '*']);
    case 'record':
      return [{ place, schema: def.keyType }, ...textFields(def.valueType, [...place, '*'])];
    case 'object':
      return Object.entries(def.shape).flatMap(([field, inner]) =>
        textFields(inner, [...place, field]),
      );
    default:
      throw new Error(`A command must not have a field of the type ${def.type}.`);
  }
}
