// A data folder of its own for one test, gone afterwards.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export function makeFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'pos-sync-store-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true });
}

export function withFolder(run: (folder: string) => void): void {
  const folder = makeFolder();
  try {
    run(folder);
  } finally {
    removeFolder(folder);
  }
}
