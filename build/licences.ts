// Whose code a bundle holds, and under which licence: whoever passes a bundle on must pass those
// texts on with it, and must not find a licence inside that forbids passing it on.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Licensed = {
  /** Name and version. */
  package: string;
  licence: string;
  /** Every text of the package that speaks about its licence; empty when it brings none. */
  text: string;
  author: string;
};

type Manifest = {
  name: string;
  version: string;
  license?: unknown;
  author?: string | { name: string; email?: string };
};

/** They ask for no more than that their text goes along. Any other is for a person to judge. */
const passedOnFreely = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
]);

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/**
 * The packages some files belong to, by name.
 *
 * @param files as a bundler names them, from `root`; those outside node_modules are our own
 */
export function licensedOf(files: readonly string[], root: string): Licensed[] {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  return [...folders]
    .map((folder) => read(path.join(root, folder)))
    .sort((one, other) => (one.package < other.package ? -1 : 1));
}

/** A sentence for each package that must not be in a folder that others get; none is the rule. */
export function refusals(licensed: readonly Licensed[]): string[] {
  return licensed.flatMap(({ package: name, licence, text }) => {
    if (!passedOnFreely.has(licence)) {
      return [`${name} is under "${licence}", which nobody has allowed: use another package.`];
    }
    if (text === '' && licence !== 'MIT') {
      return [`${name} is under ${licence} and brings no text of it: use another package.`];
    }
    return [];
  });
}

/** @param ownText the licence of this project, which is also the usual text of the MIT licence */
export function licencesText(
  opening: string,
  ownText: string,
  licensed: readonly Licensed[],
): string {
  const parts = licensed.map((one) => {
    const title = `${one.package} (${one.licence})`;
    return `${title}\n${'-'.repeat(title.length)}\n\n${one.text || usualText(one, ownText)}`;
  });
  return `${[opening, ownText.trim(), ...parts].join('\n\n\n')}\n`;
}

/** A package under MIT that brings no text gets the usual one with its author's name. */
function usualText({ author }: Licensed, ownText: string): string {
  return ownText.trim().replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}

/** The innermost package: one may carry its own copy of another. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

function read(folder: string): Licensed {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license, author } = manifest;
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8').trim());
  return {
    package: `${name} ${version}`,
    licence: typeof license === 'string' ? license : 'no licence that its package.json names',
    text: texts.join('\n\n'),
    author: authorOf(author) ?? `the authors of ${name}`,
  };
}

function authorOf(author: Manifest['author']): string | undefined {
  if (typeof author !== 'object') return author;
  return author.email === undefined ? author.name : `${author.name} <${author.email}>`;
}
