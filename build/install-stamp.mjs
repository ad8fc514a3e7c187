// Knows whether the dependencies on this disk are the ones the lockfile asks for, without asking
// the network: a restaurant has no internet. Plain JavaScript, because it runs on whatever Node
// npm itself was started with, before Node 26 is installed.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(
  import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  '..',
);

const stampFile = path.join(root, 'node_modules', '.pos-sync-installed');

/** True when an install finished on this kind of machine with exactly today's lockfile. */
export function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted();
}

/** Called by npm after every finished install, whoever started it. */
export function markInstalled() {
  if (!existsSync(path.dirname(stampFile))) return; // npm only wrote the lockfile
  writeFileSync(stampFile, wanted());
}

/** The machine is part of it: a folder copied from a laptop to a Raspberry Pi must install again. */
function wanted() {
  const lockfile = readFileSync(path.join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}
