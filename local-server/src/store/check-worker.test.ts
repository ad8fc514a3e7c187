import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkInBackground } from './check-worker.ts';
import { openStore } from './open.ts';
import { databaseName } from './schema.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';
import { commitSample, fillSample, sampleSeqs } from './testing/sample.ts';

let folder = '';
beforeEach(() => {
  folder = makeFolder();
  fillSample(folder);
});
afterEach(() => removeFolder(folder));

function damage(sql: string): void {
  const db = new DatabaseSync(path.join(folder, databaseName));
  db.exec(sql);
  db.close();
}

it('finds nothing in a sound database, while the hub goes on committing', async () => {
  const store = openStore('sqlite', folder);
  const checking = checkInBackground(folder);
  for (let seq = sampleSeqs + 1; seq < sampleSeqs + 50; seq += 1) commitSample(store, seq);
  expect(await checking).toEqual({ ok: true, findings: [] });
  store.close();
});

it.each([
  ['a row of today', "UPDATE row SET text = replace(text, 'seq', 'sea')", '"line"'],
  ['a row of a closed day', 'UPDATE archived_row SET seq = seq + 1', '"order"'],
  ['a log entry', "UPDATE log SET decision = '{}' WHERE seq = 17", 'log entry 17'],
])('finds damage that SQLite calls ok: %s', async (_, sql, told) => {
  damage(sql);
  const { ok, findings } = await checkInBackground(folder);
  expect(ok).toBe(false);
  expect(findings.length).toBeLessThanOrEqual(20);
  expect(findings.join('\n')).toContain(told);
});

it('says why it could not look', async () => {
  const { ok, findings } = await checkInBackground('/nowhere');
  expect(ok).toBe(false);
  expect(findings.join()).toContain('could not be done');
});
