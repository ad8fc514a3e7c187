// What a program hands over as a command is checked before anything reads it: what is no JSON object
// is refused with a sentence, and never thrown out of the middle of the client.

import type { JsonObject, Refusal } from '@pos-sync/sync';

/**
 * A copy of `args` as it will be sent: what the caller does to its object afterwards must not change
 * a command that was given.
 */
export function givenArgs(
  name: unknown,
  args: unknown,
): { readonly copy: JsonObject } | { readonly refusal: Refusal } {
  if (typeof name !== 'string') {
    return bad(`A command has a name, such as "order.open"; this is ${kindOf(name)}.`);
  }
  if (!isObject(args)) {
    return bad(
      `The args of ${name} are an object, {} where there are none; this is ${kindOf(args)}.`,
    );
  }
  try {
    const copy: unknown = JSON.parse(JSON.stringify(args));
    if (isObject(copy)) return { copy: copy as JsonObject };
    return bad(`The args of ${name} become ${kindOf(copy)} as JSON; they are an object.`);
  } catch (error) {
    return bad(`The args of ${name} cannot be written as JSON: ${reasonOf(error)}.`);
  }
}

function bad(message: string): { readonly refusal: Refusal } {
  return { refusal: { code: 'BAD_COMMAND', message } };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** The first line: of a circle V8 draws a picture over several. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : 'it throws').split('\n');
  return line;
}
