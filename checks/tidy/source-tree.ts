// The files the rules look at: everything git would commit, parsed once. TypeScript 7 has no
// programming interface, so oxc-parser reads the syntax.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parseSync } from 'oxc-parser';

export type SyntaxNode = { type: string; start: number; end: number; [key: string]: unknown };

export type SourceFile = {
  /** From the root of the repository, with forward slashes. */
  file: string;
  text: string;
  program: SyntaxNode;
  comments: readonly { value: string; start: number }[];
  isTest: boolean;
};

export type Tree = {
  root: string;
  files: readonly string[];
  sources: readonly SourceFile[];
  /** The text of a committed file, or undefined when there is none. */
  read: (file: string) => string | undefined;
};

export type Problem = {
  severity: 'error' | 'warning';
  file: string;
  line: number;
  message: string;
};

/** A rule looks at the whole tree, because most of what matters is between files. */
export type Rule = (tree: Tree) => Problem[];

/** Copied in unedited from elsewhere, where a checksum watches over them. */
const foreign = /^bench\/baseline\//;

export function readTree(root: string): Tree {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const files = listed.split('\0').filter((file) => existsSync(path.join(root, file)) && file);
  return makeTree(root, files, (file) => readFileSync(path.join(root, file), 'utf8'));
}

/** A tree of given texts, for the tests of the rules. */
export function treeOf(texts: Record<string, string>): Tree {
  return makeTree('', Object.keys(texts), (file) => texts[file] ?? '');
}

function makeTree(root: string, files: readonly string[], load: (file: string) => string): Tree {
  const sources = files
    .filter((file) => /\.(ts|tsx|mjs|js)$/.test(file) && !foreign.test(file))
    .map((file) => parse(file, load(file)));
  return { root, files, sources, read: (file) => (files.includes(file) ? load(file) : undefined) };
}

function parse(file: string, text: string): SourceFile {
  const { program, comments } = parseSync(file, text);
  return {
    file,
    text,
    program: program as unknown as SyntaxNode,
    comments,
    isTest: /\.test\.tsx?$/.test(file),
  };
}

/** Visits every node, parents first. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | undefined, key: string) => void,
  parent?: SyntaxNode,
  parentKey = '',
): void {
  visit(node, parent, parentKey);
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) walk(child, visit, node, key);
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function problem(
  source: SourceFile,
  offset: number,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { severity, file: source.file, line: lineAt(source.text, offset), message };
}
