// What is wrong with data that does not fit its schema, in words: where, what stands there, and what
// it must be. The small library of schemas says "Invalid input" to everything; a schema with words of
// its own is heard first.

import type * as z from 'zod/mini';

type Issue = Readonly<z.core.$ZodRawIssue>;

const shownLengthMax = 40;
const whereLengthMax = 120;
const somethingElse = 'must be something else';

/** For every `safeParse`: how a schema without words of its own says what it expects. */
export const inWords = { error: expectation } satisfies z.core.ParseContext;

/**
 * The first thing that does not fit, for example `quantity is 0; it must be a whole number from 1 to
 * 999`. `whole` is what `value` is called as a whole.
 */
export function sayUnfit(
  { issues }: Pick<z.core.$ZodError, 'issues'>,
  value: unknown,
  whole: string,
): string {
  const [issue] = issues;
  if (issue === undefined) return `${whole} must be something else`;
  const { path, message } = issue;
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? somethingElse;
    return `${placeOf(path.slice(0, -1), whole)} has the name ${shown(path.at(-1))}; it ${expected}`;
  }
  const place = placeOf(path, whole);
  const found = path.reduce(within, value);
  if (found === undefined) {
    return `${place} is missing${message === somethingElse ? '' : `; it ${message}`}`;
  }
  const isPlain = typeof found !== 'object' || found === null;
  return isPlain ? `${place} is ${shown(found)}; it ${message}` : `${place} ${message}`;
}

function placeOf(path: readonly PropertyKey[], whole: string): string {
  return path.length === 0 ? whole : shortened(path.map(String).join('.'), whereLengthMax);
}

function within(outer: unknown, key: PropertyKey): unknown {
  if (typeof outer !== 'object' || outer === null || !Object.hasOwn(outer, key)) return undefined;
  return (outer as Readonly<Record<PropertyKey, unknown>>)[key];
}

function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? typeof value, shownLengthMax);
}

/** Never ends in half of a character, which no store takes. */
function shortened(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeWords[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'unrecognized_keys':
      return `must not have the field ${shown(issue.keys[0])}`;
    default:
      return somethingElse;
  }
}

const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}
