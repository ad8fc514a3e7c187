// An old copy of a stopped hub's database, and the way back to it: what somebody does who restores a
// backup by hand.

import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** With the hub stopped: the database, and its log where it left one. */
export function copyStore(from: string, to: string): void {
  for (const name of ['store.db', 'store.db-wal']) {
    if (existsSync(path.join(from, name))) {
      copyFileSync(path.join(from, name), path.join(to, name));
    }
  }
}

/** Puts the copy where the database was; what was there is gone. */
export function putBack(copy: string, dataFolder: string): void {
  for (const ending of ['', '-wal', '-shm']) {
    rmSync(path.join(dataFolder, `store.db${ending}`), { force: true });
  }
  copyStore(copy, dataFolder);
}

/** Through which seq the sidecar of a data folder remembers history. */
export function witnessedSeq(dataFolder: string): number {
  const sidecar = path.join(dataFolder, 'sidecar.json');
  if (!existsSync(sidecar)) return 0;
  const { witnessed } = JSON.parse(readFileSync(sidecar, 'utf8')) as {
    witnessed: { at: { seq: number } };
  };
  return witnessed.at.seq;
}
