// What a request does not keep to, in words: which field, what it must be, what to do. What was sent
// is never repeated, because it could be a code, a token or the number of a card.

import type { Refusal } from './refusal.ts';

/** One finding of the validator, which is told to bring the schema along. */
export interface Finding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: object;
  readonly parentSchema?: unknown;
}

interface Schema {
  readonly type?: string | readonly string[];
  /** What the text of a pattern is called, with its article: `a day such as 2026-11-22`. */
  readonly title?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const partNames: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'address',
};

/** `part` is the part of the request that the validator calls so. */
export function refusalOfUnfit(finding: Finding, part: string): Refusal {
  const { instancePath, keyword, params } = finding;
  const schema = (finding.parentSchema ?? {}) as Schema;
  const within = `the ${partNames[part] ?? part}`;
  const names = instancePath.split('/').slice(1).map(plainWord);
  const place = names.length === 0 ? within : `“${names.join('.')}” in ${within}`;
  const { missingProperty = '', additionalProperty = '' } = params as Record<string, string>;
  switch (keyword) {
    case 'required': {
      const wanted = expectationOf(schema.properties?.[missingProperty] ?? {});
      return say(
        `“${plainWord(missingProperty)}” is missing in ${place}; it must be ${wanted}.`,
        'Add it',
      );
    }
    case 'additionalProperties': {
      const taken = listed(Object.keys(schema.properties ?? {}), 'or');
      const field = `the field “${plainWord(additionalProperty)}”`;
      const fix = taken === '' ? 'Leave it out' : `Leave it out, or call it ${taken},`;
      return say(`There is no place for ${field} in ${place}.`, fix);
    }
    default:
      return say(`${capital(place)} must be ${expectationOf(schema)}.`, 'Put that right');
  }
}

function say(message: string, act: string): Refusal {
  return {
    code: 'BAD_REQUEST',
    message,
    fix: `${act} and send the request again. /docs says what each address takes.`,
  };
}

/** Letters alone can be no card number and no key; anything else that was sent is not repeated. */
export function plainWord(word: string): string {
  return /^([A-Za-z]{1,32}|\d{1,4})$/.test(word) ? word : '…';
}

/** What fits, with its article. */
export function expectationOf(schema: Schema): string {
  if (schema.enum !== undefined) return listed(schema.enum.map(String), 'or');
  if (schema.title !== undefined) return schema.title;
  const kinds = [schema.type ?? []].flat().map((type) => kindOf(type, schema));
  return kinds.length === 0 ? 'as /docs says' : kinds.join(' or ');
}

function kindOf(type: string, schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, required = [] } = schema;
  switch (type) {
    case 'string':
      return `a text${bounds(minLength, maxLength, ' characters')}`;
    case 'integer':
      return `a whole number${bounds(minimum, maximum)}`;
    case 'number':
      return `a number${bounds(minimum, maximum)}`;
    case 'array':
      return `a list${bounds(minItems, maxItems, ' entries')}`;
    case 'object':
      return required.length === 0 ? 'an object' : `an object with ${listed(required)}`;
    case 'boolean':
      return 'true or false';
    default:
      return type;
  }
}

function bounds(from: number | undefined, to: number | undefined, unit = ''): string {
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}${unit}`;
  if (from !== undefined) return ` of at least ${from}${unit}`;
  return to === undefined ? '' : ` of at most ${to}${unit}`;
}

function listed(words: readonly string[], last = 'and'): string {
  const [end, ...rest] = words.toReversed();
  return rest.length === 0 ? (end ?? '') : `${rest.toReversed().join(', ')} ${last} ${end}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
