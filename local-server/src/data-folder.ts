// The one folder that holds everything the hub keeps. Orders and keys lie in it, so a new one is
// closed to everybody but the hub's own user. Only the last part of the path is made: when the
// disk that should hold it is not plugged in, the orders must not silently land somewhere else.

import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Returns undefined, or a sentence that says what is wrong and what to do. */
export function prepareDataFolder(folder: string): string | undefined {
  const parent = path.dirname(folder);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    // In a folder of the system's own, such as /proc, the same code says that nothing can be made.
    if (code === 'ENOENT' && !existsSync(parent)) {
      return (
        `The data folder ${folder} cannot be made, because ${parent} does not exist. ` +
        'Plug in the disk it is on, make that folder, or choose another one with --data.'
      );
    }
    if (code === 'EEXIST') return checkExisting(folder);
    return (
      `The data folder ${folder} cannot be made: ${parent} takes no new folder (${code}). ` +
      'Choose another one with --data.'
    );
  }
  return undefined;
}

function checkExisting(folder: string): string | undefined {
  if (!statSync(folder).isDirectory()) {
    return `${folder} is a file, not a folder. Choose another data folder with --data.`;
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return (
      `The hub may not write to its data folder ${folder}. ` +
      'Give this user the right to, or choose another folder with --data.'
    );
  }
  return undefined;
}
