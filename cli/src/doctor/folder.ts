// What the doctor looks for in the data folder and on its disk. It writes one small file, to see that
// the disk takes it, and nothing else.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import {
  adminKeyName,
  claimCodeName,
  examineStore,
  logFiles,
  logsFolder,
  networkShareUnder,
  stampKeyName,
  StoreProblem,
} from '@pos-sync/local-server';

import { timeOf } from '../devices/table.ts';
import { bytesText } from '../running/status.ts';
import { isAlive } from '../running/waiting.ts';
import { type Finding, look, ok, wrong } from './finding.ts';

const mebibyte = 1024 * 1024;
const freeBytesMin = 500 * mebibyte;
/** Below this a busy evening may not fit. */
const freeBytesLeast = 50 * mebibyte;
const slowSyncMs = 250;
const othersMayRead = 0o077;

export function diskFindings(dataFolder: string): Finding[] {
  const isThere = existsSync(dataFolder);
  const folder = isThere ? dataFolder : path.dirname(dataFolder);
  if (!existsSync(folder)) {
    const fix = 'Plug in the disk it is on, or name another folder with --data.';
    return [wrong('disk', `There is no ${folder}, where the data folder should be.`, fix)];
  }
  const share = networkShareUnder(folder);
  if (share !== undefined) {
    const fix = 'Choose a folder on a disk of this machine with --data.';
    return [wrong('disk', `${folder} lies on a network share (${share}).`, fix)];
  }
  return [spaceFinding(folder), ...(isThere ? [writeFinding(folder)] : [])];
}

function spaceFinding(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const message = `${bytesText(free)} free for ${folder}`;
  if (free >= freeBytesMin) return ok('disk', message);
  const fix = `Make room on that disk, not in the data folder: ${bytesText(freeBytesMin)} should be free.`;
  return (free < freeBytesLeast ? wrong : look)('disk', `Only ${message}.`, fix);
}

function writeFinding(folder: string): Finding {
  const probe = path.join(folder, `.doctor-${process.pid}`);
  const beganMs = performance.now();
  try {
    takeAwayOld(folder);
    const handle = openSync(probe, 'wx', 0o600);
    try {
      writeSync(handle, Buffer.alloc(4_096));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return wrong('disk', `Nothing can be written in ${folder} (${code}).`, whyNotWritten(code));
  }
  const tookMs = Math.round(performance.now() - beganMs);
  const message = `What is written there is safe after ${tookMs} ms`;
  if (tookMs < slowSyncMs) return ok('disk', message);
  return look(
    'disk',
    `${message}, which is slow.`,
    'Use a better card, or an SSD, if it stays so.',
  );
}

/** What a doctor that was killed left behind. */
function takeAwayOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.doctor-(\d{1,10})$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(path.join(folder, name), { force: true });
  }
}

function whyNotWritten(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk is full: make room on it.';
  if (code === 'EROFS') return 'The disk became read-only, it may be failing: copy the folder.';
  return 'Run this, and the hub, as the user who owns that folder.';
}

export interface StoreLook {
  readonly finding: Finding;
  /** When the newest command was decided, by the hub's calendar. */
  readonly newestMs?: number;
}

/** Also while a hub works with it: it is opened for reading only. */
export function lookAtStore(dataFolder: string, nowMs: number): StoreLook {
  try {
    const found = examineStore(dataFolder);
    if (found === undefined) return { finding: ok('store', 'none yet; the first start makes it') };
    const { seq, hubTimeMs } = found;
    const newest = `the newest command is ${seq}, of ${timeOf(hubTimeMs, nowMs)}`;
    return { finding: ok('store', `opens, and its end holds; ${newest}`), newestMs: hubTimeMs };
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return { finding: wrong('store', error.message, error.fix) };
  }
}

/** Windows has no such bits; there the folder's own rights decide. */
export function keyFindings(dataFolder: string): Finding[] {
  if (process.platform === 'win32' || !existsSync(dataFolder)) return [];
  const keys = ['', adminKeyName, stampKeyName, claimCodeName];
  const open = keys
    .map((name) => path.join(dataFolder, name))
    .concat(logsFolder(dataFolder), Object.values(logFiles(dataFolder)))
    .filter((file) => existsSync(file) && (statSync(file).mode & othersMayRead) !== 0);
  if (open.length === 0) return [ok('keys', 'only the hub’s user can read them, and the log')];
  return open.map((file) => {
    const message = `Other users of this machine may look into ${file}.`;
    // This key is worth something to whoever saw it; the hub makes another where it is still open.
    if (file.endsWith(adminKeyName)) {
      return wrong('keys', message, 'Start the hub anew: it makes another key, and closes it.');
    }
    return wrong('keys', message, `Close it: chmod go-rwx "${file}"`);
  });
}
