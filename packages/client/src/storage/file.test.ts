import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deviceStorageContract } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createFileStorage, openFileStorage } from './file.ts';
import { identity } from '../testing/identity.ts';

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'pos-sync-device-'));
}

/** What lies on the disk of a process that is killed this very moment. */
function copyAsKilled(file: string, copy: string): string {
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

deviceStorageContract(
  'The file of a device, killed',
  () => {
    const folder = newFolder();
    let file = path.join(folder, 'device');
    const storage = createFileStorage(file, identity);
    const opened = [storage];
    return Promise.resolve({
      storage,
      reopen() {
        file = copyAsKilled(file, path.join(folder, `copy${opened.length}`));
        const again = openFileStorage(file, identity);
        opened.push(again);
        return Promise.resolve(again);
      },
      async dispose() {
        for (const one of opened) await one.close();
        rmSync(folder, { recursive: true });
      },
    });
  },
  15,
);

deviceStorageContract(
  'The file of a device, closed in good order',
  () => {
    const folder = newFolder();
    const file = path.join(folder, 'device');
    const storage = createFileStorage(file, identity);
    let last = storage;
    return Promise.resolve({
      storage,
      async reopen() {
        await last.close();
        last = openFileStorage(file, identity);
        return last;
      },
      async dispose() {
        await last.close();
        rmSync(folder, { recursive: true });
      },
    });
  },
  15,
);

describe('the file of a device', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = newFolder();
    file = path.join(folder, 'device');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds the identity, for its owner alone', async () => {
    const storage = createFileStorage(file, identity);
    await storage.append([{ id: 'a', text: '{}' }]);
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    await storage.close();
    const again = openFileStorage(file);
    expect(again.identity).toEqual(identity);
    await again.close();
  });

  it('refuses to stand in for another device or another shop', async () => {
    await createFileStorage(file, identity).close();
    expect(() => openFileStorage(file, { store: 'corner-cafe', device: 'tablet-4' })).toThrow(
      /belongs to another device \(Tablet 3\)/,
    );
    expect(() => openFileStorage(file, { store: 'bakery', device: 'tablet-3' })).toThrow(
      /belongs to another shop/,
    );
    await openFileStorage(file, identity).close();
  });

  it('is never made over something that is there, nor out of nothing', async () => {
    expect(() => openFileStorage(file)).toThrow(/no device file/);
    expect(existsSync(file)).toBe(false);
    await createFileStorage(file, identity).close();
    const before = readFileSync(file);
    expect(() => createFileStorage(file, identity)).toThrow(/a file already/);
    expect(readFileSync(file)).toEqual(before);
  });

  it('is made anew when the first attempt was killed half-way', async () => {
    writeFileSync(`${file}.new`, 'half');
    await createFileStorage(file, identity).close();
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('is opened by one program at a time', async () => {
    const storage = createFileStorage(file, identity);
    expect(() => openFileStorage(file)).toThrow(/Another program has/);
    await storage.close();
  });

  it('leaves a foreign file as it is and says so', () => {
    const strangers: [string, () => void][] = [
      ['a text', () => writeFileSync(file, 'Dear diary, '.repeat(400))],
      ['an empty file', () => writeFileSync(file, '')],
      ['another database', () => new DatabaseSync(file).exec('CREATE TABLE diary (day TEXT)')],
    ];
    for (const [what, write] of strangers) {
      rmSync(file, { force: true });
      write();
      const before = readFileSync(file);
      expect(() => openFileStorage(file), what).toThrow(/is not the file of a device/);
      expect(readFileSync(file), what).toEqual(before);
    }
  });

  it('leaves a damaged file as it is and says so', async () => {
    const storage = createFileStorage(file, identity);
    const commands = Array.from({ length: 200 }, (_, at) => ({
      id: `${at}`,
      text: 'x'.repeat(99),
    }));
    await storage.append(commands);
    await storage.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096 * 2, 4096 * 7);
    writeFileSync(file, bytes);
    expect(() => openFileStorage(file)).toThrow(/is damaged/);
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('keeps the token of a program, and opens files from before there was one', async () => {
    const program = { ...identity, bearer: 'dG9rZW4' };
    await createFileStorage(file, program).close();
    const again = openFileStorage(file);
    expect(again.identity).toEqual(program);
    await again.close();
    const db = new DatabaseSync(file);
    db.exec('DROP TABLE token');
    db.close();
    const older = openFileStorage(file);
    expect(older.identity).toEqual(identity);
    await older.close();
  });

  it('refuses a file of another version', async () => {
    await createFileStorage(file, identity).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openFileStorage(file)).toThrow(/another version of this app \(99\)/);
  });
});
