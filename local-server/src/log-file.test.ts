import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { logFiles, logsFolder, openLogFile } from './log-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'log-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const newest = (): string => readFileSync(logFiles(folder).newest, 'utf8');

it('keeps every line, for the hub’s own user alone', () => {
  const log = openLogFile(folder);
  log.write('{"msg":"one"}\n');
  log.note(60, 'two');
  expect(newest()).toMatch(/^\{"msg":"one"\}\n\{"level":60,"time":"20[^"]+Z","msg":"two"\}\n$/);
  expect(statSync(logFiles(folder).newest).mode & 0o777).toBe(0o600);
  expect(statSync(logsFolder(folder)).mode & 0o777).toBe(0o700);
});

it('closes to others what was there before', () => {
  const { older, newest: file } = logFiles(folder);
  mkdirSync(logsFolder(folder));
  for (const one of [older, file]) writeFileSync(one, '');
  chmodSync(logsFolder(folder), 0o755);
  for (const one of [older, file]) chmodSync(one, 0o644);
  openLogFile(folder);
  expect(statSync(logsFolder(folder)).mode & 0o777).toBe(0o700);
  for (const one of [older, file]) expect(statSync(one).mode & 0o777).toBe(0o600);
});

it('keeps what was thrown, whatever that is', () => {
  const log = openLogFile(folder);
  log.noteThrown(null);
  log.noteThrown(Object.create(null));
  log.noteThrown(new Error('of paper'));
  const said = newest().trimEnd().split('\n');
  const messages = said.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(['null', expect.any(String), expect.stringMatching(/of paper\n +at /)]);
});

it('never grows beyond two files of its size, and keeps the newest lines', () => {
  const fileBytesMax = 1_000;
  const log = openLogFile(folder, fileBytesMax);
  for (let line = 1; line <= 500; line += 1) log.write(`{"line":${line}}\n`);
  const { older } = logFiles(folder);
  const kept = (readFileSync(older, 'utf8') + newest()).trim().split('\n');
  expect(statSync(older).size).toBeLessThanOrEqual(fileBytesMax);
  expect(newest().length).toBeLessThanOrEqual(fileBytesMax);
  expect(kept.length).toBeGreaterThan(50);
  const first = 501 - kept.length;
  expect(kept).toEqual(kept.map((_, index) => `{"line":${first + index}}`));
});

it('goes on without a disk that takes nothing, and says afterwards how many lines that cost', () => {
  let nowMs = 0;
  const log = openLogFile(folder, 1_000, () => nowMs);
  // A file where the folder should be is refused to root as well.
  writeFileSync(logsFolder(folder), '');
  log.write('{"msg":"lost"}\n');
  rmSync(logsFolder(folder));
  log.write('{"msg":"too soon to try again"}\n');
  nowMs = 2_000;
  log.write('{"msg":"kept"}\n');
  expect(newest()).toMatch(
    /^\n\{"level":40,.*"msg":"2 lines of the log .*"\}\n\{"msg":"kept"\}\n$/,
  );
});

it('puts nothing where the disk of the data folder should be', () => {
  openLogFile(path.join(folder, 'stick')).write('{"msg":"lost"}\n');
  expect(statSync(path.join(folder, 'stick'), { throwIfNoEntry: false })).toBeUndefined();
});
