import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { migrations } from './migrations.ts';
import { keepAddress } from './lock.ts';
import { openStore, storeProblem } from './open.ts';
import { StoreProblem } from './problem.ts';
import { addressName, databaseName, lockName, sidecarName } from './schema.ts';
import { makeFolder } from './testing/folder.ts';
import { startChild } from './testing/start-child.ts';

const nobody = 65_534;

let folder = '';
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fill(steps = migrations): void {
  const store = openStore('sqlite', folder, steps);
  store.begin(genesis);
  // A floor that moves brings the row into its table.
  store.commit(transactionOf([entryOf(1)], { puts: [rowAt('order/a', 1)], floor: 1 }));
  store.close();
}

function problemOf(run: () => unknown): StoreProblem {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreProblem) return error;
    throw error;
  }
  throw new Error('It opened.');
}

/** The code of the problem, after making sure that no file was changed. */
function refusal(steps = migrations): string {
  const before = contents();
  const problem = problemOf(() => openStore('sqlite', folder, steps));
  expect(problem.message).toMatch(/^[A-Z/].*\.$/);
  expect(problem.fix).toMatch(/^[A-Z].*\.$/);
  expect(contents()).toEqual(before);
  return problem.code;
}

/** Without the lock, and without what a mere reader makes: an index and an empty log. */
function contents(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== lockName && !name.endsWith('-shm'));
  const files = names.map((name) => [name, readFileSync(at(name), 'latin1')] as const);
  return Object.fromEntries(files.filter(([name, text]) => !name.endsWith('-wal') || text !== ''));
}

describe('a database that must not be touched', () => {
  it('is refused when its header is damaged [fault 8]', () => {
    fill();
    const bytes = readFileSync(at(databaseName));
    bytes[3] = 0;
    writeFileSync(at(databaseName), bytes);
    expect(refusal()).toBe('corrupt');
  });

  it('is refused when it is garbage [fault 8]', () => {
    writeFileSync(at(databaseName), Buffer.alloc(50_000, 'garbage!'));
    expect(refusal()).toBe('corrupt');
  });

  it('is refused when half of it is missing [fault 8]', () => {
    fill();
    truncateSync(at(databaseName), 8_192);
    expect(refusal()).toBe('corrupt');
  });

  it('is refused when another program made it', () => {
    const db = new DatabaseSync(at(databaseName));
    db.exec('CREATE TABLE notes (text)');
    db.close();
    expect(refusal()).toBe('foreign');
  });

  it('is refused when a table is not as this hub makes it', () => {
    fill();
    const db = new DatabaseSync(at(databaseName));
    db.exec('CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM row; END');
    db.close();
    expect(refusal()).toBe('corrupt');
  });

  it('is refused when a newer hub wrote it', () => {
    fill([...migrations, 'CREATE TABLE later (one INTEGER)']);
    expect(refusal()).toBe('too-new');
  });

  it('is refused when it is empty beside a log that is not [fault 9]', () => {
    fill();
    const live = openStore('sqlite', folder);
    const copy = readFileSync(at(`${databaseName}-wal`));
    live.close();
    truncateSync(at(databaseName), 0);
    writeFileSync(at(`${databaseName}-wal`), copy);
    expect(copy.length).toBeGreaterThan(0);
    expect(refusal()).toBe('missing');
  });

  it('is refused when it is empty, with nothing beside it', () => {
    writeFileSync(at(databaseName), '');
    expect(refusal()).toBe('missing');
  });

  it.each([`${databaseName}-wal`, sidecarName])('is not made anew beside %s [fault 9]', (name) => {
    writeFileSync(at(name), 'left over');
    expect(refusal()).toBe('missing');
    expect(existsSync(at(databaseName))).toBe(false);
  });
});

describe('a folder that only one hub may use', () => {
  it('is refused to a second one at once, and free when the first is killed [fault 9]', async () => {
    const first = startChild('hold', folder);
    await first.said(1);
    expect(first.lines).toEqual(['holding']);
    expect(problemOf(() => openStore('sqlite', folder)).code).toBe('locked');
    await first.kill();
    openStore('sqlite', folder).close();
  });

  it('is refused within one process as well', () => {
    const store = openStore('sqlite', folder);
    expect(problemOf(() => openStore('sqlite', folder)).code).toBe('locked');
    store.close();
    openStore('sqlite', folder).close();
  });

  it('is refused with the address of the hub that holds it, and only of that one', () => {
    writeFileSync(at(addressName), '10.0.0.9:8080\n');
    const store = openStore('sqlite', folder);
    const refused = (): string => problemOf(() => openStore('sqlite', folder)).message;
    expect(refused()).not.toContain('listens at');
    keepAddress(folder, '192.168.1.100:8080');
    expect(refused()).toContain('(it listens at 192.168.1.100:8080)');
    store.close();
    expect(existsSync(at(addressName))).toBe(false);
  });

  it('is refused when the lock file is no lock file', () => {
    writeFileSync(at(lockName), 'x'.repeat(2_000));
    expect(problemOf(() => openStore('sqlite', folder)).code).toBe('lock-file');
  });

  it('is given back when opening fails', () => {
    writeFileSync(at(databaseName), 'garbage');
    expect(problemOf(() => openStore('sqlite', folder)).code).toBe('corrupt');
    rmSync(at(databaseName));
    openStore('sqlite', folder).close();
  });
});

describe('a folder the hub may not write to [fault 6]', () => {
  // Root may write everywhere, so a child process becomes somebody else before it opens.
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const said = async (): Promise<string> => {
    const child = startChild('open', folder, user);
    await child.said(1);
    await child.kill();
    return child.lines.join('\n');
  };
  const give = (...modes: readonly (readonly [name: string, mode: number])[]): void => {
    for (const [name, mode] of modes) {
      if (user !== undefined) chownSync(at(name), user, user);
      chmodSync(at(name), mode);
    }
  };

  it.each([
    ['an empty folder', false, [['.', 0o500]]],
    [
      'a folder with orders',
      true,
      [
        [databaseName, 0o600],
        [lockName, 0o600],
        ['.', 0o500],
      ],
    ],
    [
      'a database',
      true,
      [
        [databaseName, 0o400],
        [lockName, 0o600],
        ['.', 0o700],
      ],
    ],
  ] as const)('is refused: %s', async (_, hasOrders, modes) => {
    if (hasOrders) fill();
    give(...modes);
    expect(await said()).toMatch(/^read-only: /);
    chmodSync(folder, 0o700);
  });

  it('opens for the same user once the rights are there', async () => {
    fill();
    give([databaseName, 0o600], [lockName, 0o600], ['.', 0o700]);
    expect(await said()).toBe('opened');
  });
});

describe('migrations', () => {
  const steps = [...migrations, 'CREATE TABLE later (one INTEGER); INSERT INTO later VALUES (7)'];

  it('run once, after a copy of the database that opens [fault 11]', () => {
    fill();
    openStore('sqlite', folder, steps).close();
    const store = openStore('sqlite', folder, steps);
    expect(store.load()?.rows).toEqual([rowAt('order/a', 1)]);
    store.close();
    const copies = readdirSync(folder).filter((name) => name.startsWith('store-before'));
    expect(copies).toEqual(['store-before-format-2.db']);
    copyFileSync(at('store-before-format-2.db'), at(databaseName));
    const old = openStore('sqlite', folder);
    expect(old.load()?.rows).toEqual([rowAt('order/a', 1)]);
    old.close();
  });

  it('leave the old database when a step fails, and keep every copy [fault 11]', () => {
    fill();
    const failing = [...migrations, 'CREATE TABLE later (one); INSERT INTO nowhere VALUES (1)'];
    expect(problemOf(() => openStore('sqlite', folder, failing)).code).toBe('unreadable');
    const store = openStore('sqlite', folder);
    expect(store.load()?.head.seq).toBe(1);
    store.close();
    openStore('sqlite', folder, steps).close();
    const copies = readdirSync(folder).filter((name) => name.startsWith('store-before'));
    expect(copies).toEqual(['store-before-format-2-2.db', 'store-before-format-2.db']);
  });
});

it('explains what loading throws like everything else', () => {
  fill();
  const db = new DatabaseSync(at(databaseName));
  db.exec('UPDATE row SET seq = 9');
  db.close();
  const store = openStore('sqlite', folder);
  const thrown = ((): unknown => {
    try {
      return store.load();
    } catch (error) {
      return error;
    } finally {
      store.close();
    }
  })();
  const { code, message } = storeProblem(thrown, folder);
  expect([code, message]).toEqual(['corrupt', expect.stringContaining('kind "order"')]);
});

it('opens what a crash while making the database left behind', () => {
  writeFileSync(at(`${databaseName}.unfinished`), 'half a database');
  writeFileSync(at(`${databaseName}.unfinished-journal`), 'half a journal');
  fill();
  expect(readdirSync(folder).sort()).toEqual([lockName, databaseName]);
});

it('needs no folder for the store in memory', () => {
  const store = openStore('memory', '/nowhere');
  expect(store.load()).toBeUndefined();
  store.close();
});
