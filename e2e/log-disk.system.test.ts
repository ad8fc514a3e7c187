// The disk under the hub's log is full, or fails: that costs lines and nothing else. The test must be
// root, to mount disks of its own.

import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { type LogFile, logFiles, openLogFile } from '../local-server/src/log-file.ts';
import { onFailingDisk, onSmallDisk } from './small-disk.ts';

const lines = 1_000;

function writeMany(log: LogFile, what: string): void {
  for (let line = 1; line <= lines; line += 1) log.write(`{"msg":"${what} ${line}"}\n`);
}

it('loses lines on a full disk, and says how many as soon as there is room', () =>
  onSmallDisk(({ folder, fillUp, makeRoom }) => {
    let nowMs = 0;
    const log = openLogFile(folder, 5_000_000, () => nowMs);
    writeMany(log, 'before');
    fillUp();
    writeMany(log, 'full');
    makeRoom();
    nowMs = 10_000;
    writeMany(log, 'after');
    const text = readFileSync(logFiles(folder).newest, 'utf8');
    const kept = (what: string): number => text.split(`"msg":"${what} `).length - 1;
    expect([kept('before'), kept('after')]).toEqual([lines, lines]);
    const [, lost] = /"msg":"(\d+) lines of the log could not be written here/.exec(text) ?? [];
    expect(Number(lost)).toBe(lines - kept('full'));
    expect(Number(lost)).toBeGreaterThan(0);
    return Promise.resolve();
  }));

it('goes on when the disk becomes read-only', () =>
  onFailingDisk(({ folder, fail, repair }) => {
    let nowMs = 0;
    const log = openLogFile(folder, 5_000_000, () => nowMs);
    writeMany(log, 'before');
    fail();
    writeMany(log, 'failing');
    repair();
    nowMs = 10_000;
    writeMany(log, 'after');
    const text = readFileSync(logFiles(folder).newest, 'utf8');
    expect(text.split('"msg":"after ').length - 1).toBe(lines);
    return Promise.resolve();
  }));
