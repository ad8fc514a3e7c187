import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ClientError } from '../client-error.ts';
import { createFileStorage, openFileStorage } from './file.ts';
import { problemOf } from './file-problem.ts';
import { identity } from '../testing/identity.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-problem-'));
  file = path.join(folder, 'device');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ways = {
  make: (named: string): unknown => createFileStorage(named, identity),
  open: (named: string): unknown => openFileStorage(named),
};

/** What was thrown: always data with a code, a sentence and what to do. */
function refusalOf(run: () => unknown): ClientError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ClientError);
    const { message, fix } = error as ClientError;
    for (const sentence of [message, fix]) expect(sentence).toMatch(/^[^\n]+\.$/);
    return error as ClientError;
  }
  throw new Error('Nothing was refused.');
}

/** Every name in the folder, and what a file of that name holds. */
function held(): unknown[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.map((name) => {
    const whole = path.join(folder, name);
    return [name, lstatSync(whole).isFile() ? readFileSync(whole, 'base64') : undefined];
  });
}

describe.each(Object.entries(ways))('a wrong name to %s a file', (way, run) => {
  it.each([
    ['a folder that is missing', 'no/such/device', 'NO_FOLDER', /There is no folder .*no\/such\./],
    ['a file where a folder should be', 'text/device', 'NO_FOLDER', /There is no folder .*text\./],
    ['a folder', 'inner', 'FOLDER_INSTEAD', /inner is a folder, not a file\./],
    ['a link that leads nowhere', 'link', 'DEAD_LINK', /link is a link to what is not there\./],
  ])('is %s: nothing is changed', (_, name, code, sentence) => {
    mkdirSync(path.join(folder, 'inner'));
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'link'));
    writeFileSync(path.join(folder, 'text'), 'Dear diary');
    const before = held();
    const refusal = refusalOf(() => run(path.join(folder, name)));
    expect([refusal.code, refusal.message]).toEqual([code, expect.stringMatching(sentence)]);
    expect(held()).toEqual(before);
  });

  it.each([
    ['no text', undefined, 'undefined'],
    ['an empty text', '', '""'],
    ['a text with U+0000', 'a\0b', String.raw`"a\u0000b"`],
  ])('is %s', (_, name, said) => {
    const { code, message } = refusalOf(() => run(name as string));
    expect([code, message]).toEqual(['BAD_FILE_NAME', `This is not the name of a file: ${said}.`]);
  });

  it('is a text that lies there already', () => {
    writeFileSync(file, 'Dear diary, '.repeat(400));
    const before = held();
    const code = way === 'make' ? 'FILE_EXISTS' : 'FOREIGN_FILE';
    expect(refusalOf(() => run(file)).code).toBe(code);
    expect(held()).toEqual(before);
  });
});

it('takes a name that a database would take for something else than a file', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const name of [':memory:', 'file:device?mode=memory']) {
      await createFileStorage(name, identity).close();
      const opened = openFileStorage(name);
      expect(opened.identity).toEqual(identity);
      await opened.close();
      expect(readdirSync(folder)).toContain(name);
    }
  } finally {
    process.chdir(before);
  }
});

describe('a file or folder that this program may not write', () => {
  const nobody = 65_534;
  /** Root may write everywhere, so it becomes somebody else for a moment. */
  function asNobody<Result>(run: () => Result): Result {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      for (const name of ['.', ...readdirSync(folder)]) {
        chownSync(path.join(folder, name), nobody, nobody);
      }
      process.seteuid?.(nobody);
    }
    try {
      return run();
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
  }

  it.each([
    ['a folder that takes nothing new', 'make', 0o500, undefined],
    ['a folder that shows nothing', 'make', 0o000, undefined],
    ['a file in a folder that takes nothing new', 'open', 0o500, 0o600],
    ['a file in a folder that shows nothing', 'open', 0o000, 0o600],
    ['a file that is only to be read', 'open', 0o700, 0o400],
    ['a file that is not even to be read', 'open', 0o700, 0o000],
  ] as const)('is refused: %s', async (_, way, folderMode, fileMode) => {
    if (fileMode !== undefined) {
      await createFileStorage(file, identity).close();
      chmodSync(file, fileMode);
    }
    const before = held();
    chmodSync(folder, folderMode);
    const { code, message } = asNobody(() => refusalOf(() => ways[way](file)));
    expect(code).toBe('NOT_ALLOWED');
    expect(message).toBe(`This program may not read and write ${file} and its folder.`);
    // Beside a file that it may only read, SQLite leaves two that are empty.
    expect(held()).toEqual(expect.arrayContaining(before));
  });

  it('is served once it may', async () => {
    await createFileStorage(file, identity).close();
    await asNobody(() => openFileStorage(file).close());
  });
});

describe('a file that another process holds', () => {
  const hold = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
    console.log('held');
    process.stdin.on('end', () => process.exit()).resume();`;

  it('is refused while that runs, and opens after it was killed', async () => {
    await createFileStorage(file, identity).close();
    const holder = spawn(process.execPath, ['-e', hold, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const before = held();
    expect(refusalOf(() => openFileStorage(file)).code).toBe('FILE_IN_USE');
    expect(refusalOf(() => createFileStorage(file, identity)).code).toBe('FILE_EXISTS');
    expect(held()).toEqual(before);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const opened = openFileStorage(file);
    expect(opened.identity).toEqual(identity);
    await opened.close();
  });
});

it('says of a disk that is full that it is', async () => {
  await createFileStorage(file, identity).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA max_page_count = 1');
  const fill = db.prepare('INSERT INTO outbox VALUES (1, ?, ?)');
  const refusal = refusalOf(() => {
    try {
      fill.run('a', 'x'.repeat(100_000));
    } catch (error) {
      throw problemOf(error, file);
    }
  });
  expect([refusal.code, refusal.fix]).toEqual(['DISK_FULL', 'Make room on it, then try again.']);
  db.close();
});

it('leaves alone what it does not know', () => {
  for (const error of [new Error('a bug'), 'a text', new RangeError()]) {
    expect(problemOf(error, file)).toBe(error);
  }
});
