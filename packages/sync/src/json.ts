// The only values that cross the wire, lie in a row or stand in a command: plain JSON.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: Json;
}

/** JSON text of `value` with the fields of every object in code-unit order: equal values, equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as JsonObject;
  const fields = Object.keys(object).toSorted();
  return `{${fields.map((field) => fieldText(field, object[field]!)).join(',')}}`;
}

function fieldText(field: string, value: Json): string {
  return `${JSON.stringify(field)}:${canonicalJson(value)}`;
}

/**
 * Says what makes `value` unfit to be stored, or undefined: half a surrogate pair, U+0000, a number
 * that JSON cannot carry exactly, a forbidden field name, or nesting past `depthMax`.
 */
export function unfitJson(value: Json, depthMax: number): string | undefined {
  if (typeof value === 'string') return unfitText(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'a number is not finite';
  if (value === null || typeof value !== 'object') return undefined;
  if (depthMax === 0) return 'it is nested too deeply';
  if (Array.isArray(value)) return firstUnfit(value, depthMax - 1);
  const fields = Object.keys(value);
  if (fields.includes('__proto__')) return 'a field has a forbidden name';
  return firstUnfit([...fields, ...Object.values<Json>(value as JsonObject)], depthMax - 1);
}

/** Whether `text` takes more than `bytesMax` in UTF-8; counts only where it could. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * 3 > bytesMax && utf8Length(text) > bytesMax;
}

const beyondAscii = /[^\0-\u007f]/;

/** How many bytes `text` takes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  if (!beyondAscii.test(text)) return bytes;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

function firstUnfit(values: readonly Json[], depthMax: number): string | undefined {
  for (const value of values) {
    const reason = unfitJson(value, depthMax);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function unfitText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'a text holds the character U+0000';
  return text.isWellFormed() ? undefined : 'a text holds half of a character';
}
