// Whether two results of a query say the same. Rows that did not change are the very same objects, so
// most comparisons end at the first line.

/** Compares plain objects and arrays by content; everything else, a Map say, by identity. */
export function sameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one)) return Array.isArray(other) && sameList(one, other);
  return isPlain(one) && isPlain(other) && sameFields(one, other);
}

function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => sameData(item, other[index]));
}

type Plain = Readonly<Record<string, unknown>>;

function sameFields(one: Plain, other: Plain): boolean {
  const fields = Object.keys(one);
  return (
    fields.length === Object.keys(other).length &&
    fields.every((field) => Object.hasOwn(other, field) && sameData(one[field], other[field]))
  );
}

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
