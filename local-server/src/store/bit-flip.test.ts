import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreFault } from '@pos-sync/sync';
import { expect, it } from 'vitest';

import { openReadOnly, openStore } from './open.ts';
import { StoreProblem } from './problem.ts';
import { databaseName } from './schema.ts';
import { withFolder } from './testing/folder.ts';
import { fillSample, inOrder, sampleSeqs } from './testing/sample.ts';
import { verify } from './verify.ts';

/** `BIT_FLIPS=5001` for a long night. */
const flips = Number(process.env['BIT_FLIPS'] ?? 201);
const seed = 0x9e37_79b9;

/** Everything a hub may ask, as text that can be compared. */
function everythingIn(folder: string): string {
  const store = openStore('sqlite', folder);
  try {
    const numbers = Array.from({ length: sampleSeqs }, (_, index) => index + 1);
    const answer = store.find({
      ids: numbers.map((seq) => `id${seq}`),
      slots: numbers.map((n) => ({ device: 'tablet', n })),
      subjects: numbers.map((seq) => `order/${seq}`),
      chains: [0, ...numbers],
    });
    const image = inOrder(store.load());
    const rows = answer.rows.map((row) => JSON.stringify(row)).sort();
    return JSON.stringify([
      { ...image, lastN: Object.fromEntries(image?.lastN ?? []) },
      { ...answer, rows, chains: [...answer.chains] },
      store.history(0, sampleSeqs + 1),
    ]);
  } finally {
    store.close();
  }
}

function checkFinds(folder: string): boolean {
  const db = openReadOnly(folder);
  try {
    return !verify(db).ok;
  } finally {
    db.close();
  }
}

/** `told` by a problem or fault, `found` by the check, `harmless` when all answers are the same. */
function fate(folder: string, original: string): string {
  try {
    const isSame = everythingIn(folder) === original;
    if (checkFinds(folder)) return 'found';
    return isSame ? 'harmless' : 'silent';
  } catch (error) {
    if (error instanceof StoreFault || error instanceof StoreProblem) return 'told';
    throw error;
  }
}

it(
  `notices each of ${flips} flipped bits that changes an answer [fault 8]`,
  { timeout: 60_000 + 100 * flips },
  () => {
    withFolder((folder) => {
      fillSample(folder);
      const file = path.join(folder, databaseName);
      const original = everythingIn(folder);
      const whole = readFileSync(file);
      const fates = new Map<string, number>();
      for (let index = 0; index < flips; index += 1) {
        const bytes = Buffer.from(whole);
        const at = Math.imul(index + 1, seed) >>> 0;
        const position = Math.floor((at / 2 ** 32) * bytes.length);
        bytes[position] = (bytes[position] ?? 0) ^ (1 << (index % 8));
        for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true });
        writeFileSync(file, bytes);
        const found = fate(folder, original);
        expect(found, `bit ${index % 8} of byte ${position}`).not.toBe('silent');
        fates.set(found, (fates.get(found) ?? 0) + 1);
      }
      expect(fates.get('told') ?? 0).toBeGreaterThan(flips / 4);
    });
  },
);
