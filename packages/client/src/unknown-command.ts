// What a programmer reads who asked for a command that the domain does not have: mostly a slip of
// the pen, so the nearest names are said.

import type { Refusal } from '@pos-sync/sync';

const namesMax = 3;

export function unknownCommand(name: string, known: Iterable<string>): Refusal {
  const distances = [...known].map((one) => [one, distance(name, one)] as const);
  const nearest = distances.toSorted(([one, far], [other, near]) =>
    far === near ? (one < other ? -1 : 1) : far - near,
  );
  const names = nearest.slice(0, namesMax).map(([one]) => one);
  const hint =
    names.length === 0 ? 'It has none at all.' : `The nearest it has: ${names.join(', ')}.`;
  const message = `The domain this client was opened with has no command "${name}". ${hint}`;
  return { code: 'UNKNOWN_COMMAND', message };
}

/** How many letters have to be put in, taken out or changed (Levenshtein 1965). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      const changed = (row[at] ?? 0) + (one[index] === other[at] ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
