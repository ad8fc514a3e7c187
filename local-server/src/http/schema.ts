// The few words in which routes say what they take and answer. An object is closed: a field that
// nobody described is a mistake.

export type Properties = Readonly<Record<string, object>>;

/** Every field of `required` is there; those of `optional` may be. */
export function closed(required: Properties, optional: Properties = {}): object {
  const properties = { ...required, ...optional };
  const names = Object.keys(required);
  return {
    type: 'object',
    additionalProperties: false,
    ...(names.length > 0 && { required: names }),
    properties,
  };
}

export function listOf(items: object): object {
  return { type: 'array', items };
}

export function text(description?: string): object {
  return { type: 'string', ...described(description) };
}

/** A whole number that is not below zero. */
export function whole(description?: string): object {
  return { type: 'integer', minimum: 0, ...described(description) };
}

export function yesOrNo(description?: string): object {
  return { type: 'boolean', ...described(description) };
}

function described(description: string | undefined): object {
  return description === undefined ? {} : { description };
}
