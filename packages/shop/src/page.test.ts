// The page docs/shop.md is held to the code: what it says of a command is what its schema lets through
// and what it does when it is tried in every state an order can be in.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';

import { mutators } from './command-table.ts';
import { createFloor } from './testing/floor.ts';
import { everyTry } from './testing/every-try.ts';
import { orderOf } from './testing/orders.ts';
import { views, viewOf } from './view/views.ts';

const page = readFileSync(new URL('../../../docs/shop.md', import.meta.url), 'utf8');
const commandsPart = page.slice(page.indexOf('\n## Commands\n'), page.indexOf('\n## Codes\n'));

/** The text under each third heading. */
const sections = new Map(
  commandsPart.split(/^### /m).map((text) => {
    const [name = '', ...rest] = text.split('\n');
    return [name, rest] as const;
  }),
);
const names = mutators.map(({ name }) => name);

interface Shape {
  readonly type?: string;
  readonly pattern?: string;
  readonly const?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
}

/** What the page calls each shape, by its limits. */
const shapeNames = new Map(
  (sections.get('Shapes') ?? []).flatMap((row) => {
    const found =
      /^- \*\*(.+?)\*\*: (`[^`]+`|whole number, [-\d,]+ to [\d,]*\d|\d+ to \d+ char\w+)/.exec(row);
    return found === null ? [] : [[found[2] ?? '', found[1] ?? ''] as const];
  }),
);
const shapesUsed = new Set<string>();

function limits(shape: Shape): string {
  const { type, pattern, minLength = 0, maxLength, minimum, maximum } = shape;
  if (pattern !== undefined) return `\`${pattern}\``;
  if (type === 'string') return `${minLength} to ${maxLength} characters`;
  if (type === 'integer') return `whole number, ${grouped(minimum)} to ${grouped(maximum)}`;
  return JSON.stringify(shape);
}

function grouped(value: number | undefined): string {
  return String(value).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}

function nameOf(shape: Shape): string {
  if (shape.const !== undefined) return `\`${shape.const}\``;
  if (shape.items !== undefined) return `list of ${nameOf(shape.items)}, at most ${shape.maxItems}`;
  if (shape.anyOf !== undefined) return shape.anyOf.map(nameOf).join(' or ');
  if (shape.type === 'null') return 'null';
  if (isObject(shape.additionalProperties)) return 'by id';
  const known = limits(shape);
  const name = shapeNames.get(known) ?? `a shape with the limits ${known}`;
  shapesUsed.add(name);
  return name;
}

function isObject(shape: Shape | false | undefined): shape is Shape {
  return typeof shape === 'object' && shape.type === 'object';
}

/** Each arg's first two columns: its path, and the name of its shape. */
function argRows(shape: Shape, path = ''): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    const at = `${path}${key}`;
    if (inner.properties !== undefined) return argRows(inner, `${at}.`);
    const optional = shape.required?.includes(key) === true ? '' : ', optional';
    const values = inner.additionalProperties;
    const more = isObject(values) ? argRows(values, `${at}.*.`) : [];
    return [`| \`${at}\` | ${nameOf(inner)}${optional} |`, ...more];
  });
}

const tries = everyTry();
const marked = (codes: Iterable<string>): string =>
  Array.from(codes, (code) => `\`${code}\``)
    .toSorted()
    .join(' ') || 'nothing';

it('describes every command, and no other', () => {
  expect([...sections.keys()].filter((name) => name.includes('.'))).toEqual(names);
});

it.each(names)('names every arg of %s with its limits, and no other', (name) => {
  const schema = mutators.find((mutator) => mutator.name === name)!.schema;
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', reused: 'inline' }) as Shape;
  const rows = (sections.get(name) ?? []).filter((row) => row.startsWith('| `'));
  expect(rows.map((row) => row.split('|', 3).join('|') + '|')).toEqual(argRows(shape));
});

it.each(names)('says who may give %s, what it writes, and every code of it', (name) => {
  const { v, kind, roles } = mutators.find((mutator) => mutator.name === name)!;
  const { wrote, refused, raised } = tries.get(name)!;
  const facts = (sections.get(name) ?? []).filter((row) => row.startsWith('- '));
  expect(facts).toEqual([
    `- version ${v}, ${kind}, for ${roles.join(', ')}`,
    `- writes ${[...wrote].toSorted().join(', ')}`,
    ...(kind === 'intent' ? [`- refused with ${marked(refused)}`] : []),
    `- raises ${marked(raised)}`,
  ]);
});

it('uses every shape that it describes', () => {
  for (const { schema } of mutators)
    argRows(z.toJSONSchema(schema, { unrepresentable: 'any' }) as Shape);
  expect([...shapeNames.values()].filter((name) => !shapesUsed.has(name))).toEqual([]);
});

const enginePart = page.indexOf('\n### What the engine answers\n');

function explainedCodes(start: number, end: number): string[] {
  const rows = page.slice(start, end).matchAll(/^\| `([A-Z_]+)` \| \S/gm);
  return Array.from(rows, ([, code = '']) => code);
}

it('explains every code with which the engine judges a command, and no other', () => {
  const files = ['hub/verdict.ts', 'hub/queue.ts', 'command/carry-out.ts'];
  const codes = files.flatMap((file) => {
    const text = readFileSync(new URL(`../../sync/src/${file}`, import.meta.url), 'utf8');
    const quoted = text.matchAll(/code(?::| =)[^\n']*'([A-Z_]+)'(?: : '([A-Z_]+)')?/g);
    return Array.from(quoted, ([, one = '', other = one]) => [one, other]).flat();
  });
  const explained = explainedCodes(enginePart, page.indexOf('\n## Views\n'));
  expect(explained.toSorted()).toEqual([...new Set(codes)].toSorted());
});

it('explains every code that stands in the sources, and no other', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => /^(?!testing).*(?<!\.test)\.ts$/.test(file));
  const codes = sources.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return Array.from(text.matchAll(/(?:code: |flag\(\s*)'([A-Z_]+)'/g), ([, code = '']) => code);
  });
  const explained = explainedCodes(page.indexOf('\n## Codes\n'), enginePart);
  expect(explained.toSorted()).toEqual([...new Set(codes)].toSorted());
  const met = [...tries.values()].flatMap(({ refused, raised }) => [...refused, ...raised]);
  expect([...new Set(met)].toSorted()).toEqual(explained.toSorted());
});

it('shows commands that bring an order from the menu to a paid and closed bill, and who may give each', () => {
  const block = /```jsonc\n([^`]+)```/.exec(commandsPart)?.[1] ?? '';
  const floor = createFloor();
  for (const [, said = '', row = ''] of block.matchAll(/^\/\/ (.+)\n(.+)$/gm)) {
    const given = JSON.parse(row) as Parameters<typeof floor.give>[0];
    const { roles } = mutators.find(({ name }) => name === given.name)!;
    expect(`${given.name}: ${said}`).toBe(
      `${given.name}: ${roles.filter((role) => role !== 'hub').join(', ')}`,
    );
    const decided = floor.give(given);
    expect([decided.refusal, decided.flags]).toEqual([undefined, []]);
  }
  expect(orderOf(floor)).toMatchObject({ state: 'closed', totalMinor: 1200, paidMinor: 1200 });
});

it('says which kinds each view shows, and to whom', () => {
  const viewsPart = page.slice(page.indexOf('\n## Views\n'));
  const rows = Array.from(viewsPart.matchAll(/^\| `(\w+)` \| ([a-z, ]+) \| (.+) \|$/gm));
  const entry = [...(views.get('entry')?.kinds ?? [])];
  const said = new Map(rows.map(([, name = '', , kinds = '']) => [name, kinds]));
  expect([...said.keys()]).toEqual([...views.keys()]);
  for (const [name, { kinds }] of views) {
    const more = [...kinds].filter((kind) => !entry.includes(kind));
    const isMore = name !== 'entry' && entry.every((kind) => kinds.has(kind));
    const expected = isMore ? `all of entry, and ${more.join(', ')}` : [...kinds].join(', ');
    expect(said.get(name)).toBe(expected);
  }
  for (const [, name, roles = ''] of rows) {
    for (const role of roles.split(', ')) expect([role, viewOf(role)]).toEqual([role, name]);
  }
});
