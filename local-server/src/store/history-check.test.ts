import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LogEntry } from '@pos-sync/sync';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkInBackground } from './check-worker.ts';
import { entryChecksum } from './checksum.ts';
import { tailEntries } from './history-check.ts';
import { checkNewest, openStore } from './open.ts';
import { StoreProblem } from './problem.ts';
import { entryColumns, toEntry, type Values } from './records.ts';
import { databaseName } from './schema.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';

const commands = tailEntries + 700;
const inTail = commands - 300;
const early = 17;

let folder = '';
beforeEach(() => {
  folder = makeFolder();
  fill();
});
afterEach(() => removeFolder(folder));

/** More than a tail of history, the newest of it recent, over two epochs. */
function fill(): void {
  const store = openStore('sqlite', folder);
  store.begin(genesis);
  for (let seq = 1; seq <= commands; seq += 100) {
    const entries = Array.from({ length: 100 }, (_, index) => entryOf(seq + index));
    store.commit(transactionOf(entries, { puts: [rowAt(`order/${seq}`, seq)] }));
  }
  const head = { seq: commands, chain: entryOf(commands).chain };
  const epochs = [
    { ...genesis.epoch, beganAt: 0, endedAt: 40 },
    { number: 2, id: 'second', beganAt: 40, endedAt: undefined },
  ];
  store.commit(transactionOf([], { head, epochs }));
  store.commit(transactionOf([entryOf(commands + 1)]));
  store.close();
}

/** Changes one entry as somebody would who knows how a checksum is made. */
function forge(seq: number, changed: Partial<LogEntry>): void {
  inDatabase((db) => {
    const select = db.prepare(`SELECT ${entryColumns} FROM log WHERE seq = ?`);
    select.setReturnArrays(true);
    const entry = { ...toEntry(select.get(seq) as unknown as Values), ...changed };
    const { device, body, salt, rowsHash, payloadHash, decision, chain } = entry;
    const values = [device, body, salt, rowsHash, payloadHash, decision, chain];
    const columns = 'device, body, salt, rows_hash, payload_hash, decision, chain, checksum';
    db.prepare(`UPDATE log SET (${columns}) = (?, ?, ?, ?, ?, ?, ?, ?) WHERE seq = ?`).run(
      ...values,
      entryChecksum(entry, 0),
      seq,
    );
  });
}

function inDatabase(run: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path.join(folder, databaseName));
  run(db);
  db.close();
}

/** What a start says. */
function start(): string {
  try {
    checkNewest(folder);
    return 'sound';
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return `${error.code}: ${error.message} ${error.fix}`;
  }
}

const paid = { decision: '{"day":"2026-11-22","hubTimeMs":1,"outcome":"rejected"}' };

it('holds from the first command to the last, through a new epoch [L6]', async () => {
  expect(start()).toBe('sound');
  expect(await checkInBackground(folder)).toEqual({ ok: true, findings: [] });
});

it('stops at the start when one of the newest commands has another outcome [L6]', async () => {
  forge(inTail, paid);
  const told = start();
  expect(told).toMatch(/^corrupt: The orders in .* are damaged/);
  expect(told).toContain(`the command ${inTail} was changed after it was decided`);
  expect(told).toContain('put the newest backup into an empty one');
  const { findings } = await checkInBackground(folder);
  expect(findings).toEqual([expect.stringContaining(`the command ${inTail} was changed`)]);
});

it.each<[string, Partial<LogEntry>]>([
  ['outcome', paid],
  ['device', { device: 'phone' }],
  ['body', { body: '{"name":"line.add","v":1,"args":{"quantity":99}}' }],
  ['hash of its rows', { rowsHash: 'other' }],
])('finds an old command with another %s in the background [L6]', async (_, changed) => {
  forge(early, changed);
  expect(start()).toBe('sound');
  const { ok, findings } = await checkInBackground(folder);
  expect(ok).toBe(false);
  expect(findings.join('\n')).toContain(`the command ${early} was changed`);
});

it('holds when the personal part of a command was erased [L6]', async () => {
  forge(early, { body: '', salt: '' });
  forge(inTail, { body: '', salt: '' });
  expect(start()).toBe('sound');
  expect(await checkInBackground(folder)).toEqual({ ok: true, findings: [] });
});

it('finds a command that is missing in the log [L6]', async () => {
  inDatabase((db) => db.exec(`DELETE FROM log WHERE seq = ${early}`));
  const { findings } = await checkInBackground(folder);
  expect(findings.join('\n')).toContain(`The command ${early} is missing in the log.`);
});

it('stops at the start when the end of the log is missing [L6]', () => {
  inDatabase((db) => db.exec(`DELETE FROM log WHERE seq = ${commands + 1}`));
  expect(start()).toContain('The log does not reach its end');
});

it('finds an id and a place that lead nowhere: a resent command would be carried out twice', async () => {
  inDatabase((db) => {
    db.exec("DELETE FROM log_id WHERE id = 'id9'");
    db.exec('DELETE FROM log_slot WHERE n = 12');
  });
  const { findings } = await checkInBackground(folder);
  expect(findings).toHaveLength(2);
  expect(findings[0]).toContain('The command 9 is in the log, but its id does not find it.');
});
