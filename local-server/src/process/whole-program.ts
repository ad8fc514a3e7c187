// Whether a bundled program is there to its end. A copy that stopped half-way would end in a stack that
// helps nobody, and a hub that starts anew on one would not come back.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The bundler writes this below each program. */
const lastLine = '// Here the program ends.';
/** What may follow it: the name of the source map. */
const tailBytes = 200;

/** True for sources, which nobody copies in part. */
export function isWholeProgram(file: string): boolean {
  if (!file.endsWith('.js')) return true;
  const handle = openSync(file, 'r');
  try {
    const tail = Buffer.alloc(tailBytes);
    const { size } = fstatSync(handle);
    const length = readSync(handle, tail, { position: Math.max(0, size - tailBytes) });
    return tail.toString('latin1', 0, length).includes(lastLine);
  } finally {
    closeSync(handle);
  }
}
