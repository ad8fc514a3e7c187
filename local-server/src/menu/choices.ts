// The choices of an item in one cell of a table, as people type them: `bread=Bread:100; oil=Oil:0`. A
// backslash before a sign makes it a plain one, so that every name can be written.

import type { Choice } from '@pos-sync/shop';

import type { Shown } from './item.ts';

export function choicesText(choices: Shown['choices']): string {
  const entries = Object.entries(choices).map(
    ([id, { name, priceMinor }]) => `${id}=${written(name)}:${priceMinor}`,
  );
  return entries.join('; ');
}

/** Blanks around a name would be taken for such around the sign beside it. */
function written(name: string): string {
  const asSign = String.raw`\$&`;
  return name
    .replaceAll(/[\\;]/g, asSign)
    .replaceAll(/^\s+|\s+$/g, (blanks) => blanks.replaceAll(/\s/g, asSign));
}

/** Undefined for what cannot be read; an id or a price that does not fit is for others to find. */
export function readChoices(cell: string): Shown['choices'] | undefined {
  const choices = new Map<string, Choice>();
  for (const signs of entriesOf(cell)) {
    if (trimmed(signs).length === 0) continue;
    const equals = signs.indexOf('=');
    const colon = signs.lastIndexOf(':');
    const name = trimmed(signs.slice(equals + 1, Math.max(colon, 0)));
    const id = signs.slice(0, Math.max(equals, 0)).join('').trim();
    const price = signs
      .slice(colon + 1)
      .join('')
      .trim();
    if (equals < 0 || colon < equals || name.includes('\\') || choices.has(id)) return undefined;
    choices.set(id, { name: name.map(unescaped).join(''), priceMinor: readPrice(price) });
  }
  return Object.fromEntries(choices);
}

/** NaN for anything but digits. */
export function readPrice(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : NaN;
}

/** Each entry as its signs; one behind a backslash is still together with it. */
function entriesOf(cell: string): string[][] {
  const entries: string[][] = [[]];
  for (const sign of cell.match(/\\?[^]/gu) ?? []) {
    if (sign === ';') entries.push([]);
    else entries.at(-1)?.push(sign);
  }
  return entries;
}

function trimmed(signs: readonly string[]): readonly string[] {
  const from = signs.findIndex((sign) => sign.trim() !== '');
  return from < 0 ? [] : signs.slice(from, signs.findLastIndex((sign) => sign.trim() !== '') + 1);
}

function unescaped(sign: string): string {
  return sign.startsWith('\\') ? sign.slice(1) : sign;
}
