// What people let the command write for them goes into a file that was not there: one that is there
// stays as it is.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Failure } from './failure.ts';

/** Throws `Failure` with what to do about it. */
export function writeNewFile(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      const message = `${file} is there already and stays as it is.`;
      throw new Failure(2, message, 'Name another file with --out.', { cause: error });
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const message = `There is no folder ${path.dirname(file)}.`;
      throw new Failure(2, message, 'Name a file in a folder that is there.', { cause: error });
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      const message = `This user may not write ${file}.`;
      throw new Failure(2, message, 'Name another file with --out.', { cause: error });
    }
    // Half a file would look like a whole one.
    rmSync(file, { force: true });
    const message = `${file} could not be written (${code ?? String(error)}).`;
    throw new Failure(1, message, 'Make room on that disk, or name another.', { cause: error });
  }
}
