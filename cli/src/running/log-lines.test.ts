import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { logFiles } from '@pos-sync/local-server';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openLogLines } from './log-lines.ts';
import { lineText } from './logs.ts';

let folder: string;
let files: ReturnType<typeof logFiles>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'log-lines-'));
  files = logFiles(folder);
  mkdirSync(path.dirname(files.newest));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): void => appendFileSync(files.newest, text);
const beginNewFile = (): void => renameSync(files.newest, files.older);

it('reads both files, the older one first', () => {
  expect(openLogLines(folder).there).toBeUndefined();
  write('one\ntwo\n');
  beginNewFile();
  write('three\n');
  expect(openLogLines(folder).there).toEqual(['one', 'two', 'three']);
});

it('follows across a new file, and loses and repeats no line', () => {
  write('one\n');
  const log = openLogLines(folder);
  expect(log.there).toEqual(['one']);
  expect(log.next()).toEqual([]);
  write('two\nthr');
  expect(log.next()).toEqual(['two']);
  write('ee\nfour\n');
  beginNewFile();
  write('five\n');
  expect(log.next()).toEqual(['three', 'four', 'five']);
  beginNewFile();
  expect(log.next()).toEqual([]);
  write('six\n');
  expect(log.next()).toEqual(['six']);
});

it('follows a file that comes later, and one that somebody emptied', () => {
  const log = openLogLines(folder);
  expect(log.next()).toEqual([]);
  write('one\n');
  expect(log.next()).toEqual(['one']);
  writeFileSync(files.newest, '');
  expect(log.next()).toEqual([]);
  write('two\n');
  expect(log.next()).toEqual(['two']);
});

it('writes a line for people, and what is longer, as the stack of an error, below it', () => {
  const said = { level: 40, time: '2026-11-22T14:05:11.000Z', part: 'http', msg: 'a\nb' };
  expect(lineText(JSON.stringify(said))).toMatch(
    /^2026-11-2\d \d\d:\d\d:11 {2}warn {3}a {2}part="http"\n {4}b$/,
  );
  const error = { type: 'Error', message: 'no', stack: 'Error: no\n  at hub' };
  const lines = lineText(JSON.stringify({ ...said, error })).split('\n');
  expect(lines.slice(1)).toEqual(['    b', '    Error: no', '      at hub']);
  expect(lineText('null')).toBe('null');
  expect(lineText('{"level":30,"cut o\u001B[2J')).toBe('{"level":30,"cut o[2J');
});
