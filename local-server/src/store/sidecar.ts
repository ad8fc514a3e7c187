// The sidecar file beside the database: how far history had come, written atomically. An old copy of
// the database that is put back is noticed by it.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Witness, Witnessed } from '@pos-sync/sync';

import type { Log } from '../log.ts';
import { sidecarName } from './schema.ts';

export function openSidecar(folder: string, log: Log): Witness {
  const file = path.join(folder, sidecarName);
  return {
    read() {
      const text = textOf(file, log);
      if (text === undefined) return undefined;
      const witnessed = parse(text);
      if (witnessed === undefined) setAside(file, log);
      return witnessed;
    },
    write(witnessed) {
      try {
        replace(file, JSON.stringify(seal(witnessed)));
      } catch (error) {
        // A full disk must not stop the shop: the next second tries again.
        log.warn({ error }, 'the sidecar could not be written');
      }
    },
  };
}

interface Sealed {
  readonly witnessed: Witnessed;
  readonly checksum: number;
}

function seal(witnessed: Witnessed): Sealed {
  return { witnessed, checksum: crc32(JSON.stringify(witnessed)) };
}

function parse(text: string): Witnessed | undefined {
  try {
    const { witnessed, checksum } = JSON.parse(text) as Sealed;
    return crc32(JSON.stringify(witnessed)) === checksum ? witnessed : undefined;
  } catch {
    return undefined;
  }
}

function textOf(file: string, log: Log): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.warn({ error }, 'the sidecar cannot be read; devices are asked instead');
    }
    return undefined;
  }
}

/** A damaged sidecar is kept for whoever wants to look at it, and never overwritten. */
function setAside(file: string, log: Log): void {
  const aside = `${file}.damaged`;
  renameSync(file, aside);
  log.warn({ aside }, 'the sidecar was damaged and is set aside; devices are asked instead');
}

/** Old or new, never between: written beside, synced, and put in its place. */
function replace(file: string, text: string): void {
  const beside = `${file}.new`;
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
}
