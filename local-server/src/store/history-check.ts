// Whether the log is the history that was decided: every command follows from the one before it, and
// is found by its id and its place. A checksum finds worn flash; only the chain finds a log that was
// changed and given new checksums.

import type { DatabaseSync } from 'node:sqlite';
import { genesisChain, StoreFault, verifyEntries, type LogEntry } from '@pos-sync/sync';

import { nodeHash } from '../engine/node-ports.ts';
import { selects } from './reading.ts';
import { readRecent } from './recent.ts';
import { entryColumns, epochsOf, type HeadRecord, toEntry, type Values } from './records.ts';

/** So many of the newest commands are verified before the hub listens: a few milliseconds. */
export const tailEntries = 1_000;
/** So many are held in memory at once when all of them are verified. */
const pageEntries = 500;

/**
 * Verifies the newest commands. Throws a `StoreFault` that names the one at which it breaks.
 * @returns where history stands; undefined where it has not begun
 */
export function checkTail(db: DatabaseSync): HeadRecord | undefined {
  const statements = statementsOf(db);
  const recent = readRecent(statements);
  if (recent === undefined) return undefined;
  const { seq, chain, genesis } = recent.head;
  const entries = statements.tail.all(tailEntries + 1).toReversed() as unknown as Values[];
  const isAll = entries.length <= tailEntries;
  const [before] = isAll ? [] : entries.splice(0, 1).map(toEntry);
  const checked = verifyEntries(nodeHash, before?.chain ?? genesis, entries.map(toEntry));
  if (checked.brokenAt !== undefined) throw new StoreFault('broken', changed(checked.brokenAt));
  if (checked.chain !== chain) throw new StoreFault('broken', changed(seq));
  return recent.head;
}

/** Reads the whole log, a page at a time, while the hub goes on committing. */
export function* checkHistory(db: DatabaseSync): Generator<string> {
  const statements = statementsOf(db);
  let place: Place = { seq: 0, chain: undefined };
  for (;;) {
    const page = inOneView(db, () => readPage(statements, place));
    yield* page.findings;
    if (page.isLast) return;
    place = page.place;
  }
}

interface Place {
  readonly seq: number;
  /** Undefined where the entry could not be read, and before the first. */
  readonly chain: string | undefined;
}

interface Page {
  readonly findings: readonly string[];
  readonly place: Place;
  readonly isLast: boolean;
}

function statementsOf(db: DatabaseSync) {
  // A command that its id does not find would be carried out twice when it is sent again.
  const lost =
    'SELECT log.seq FROM log ' +
    'LEFT JOIN log_id ON log_id.id = log.id ' +
    'LEFT JOIN log_slot ON log_slot.device = log.device AND log_slot.n = log.n ' +
    'WHERE log.seq > ? AND log.seq <= min(?, (SELECT seq FROM head)) AND ' +
    '(log_slot.seq IS NOT log.seq OR (log.repeats = 0 AND log_id.seq IS NOT log.seq))';
  const prepare = (sql: string) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    head: prepare(selects.head),
    recent: prepare(selects.recent),
    entriesAbove: prepare(selects.entriesAbove),
    entriesAfter: prepare(selects.entriesAfter),
    tail: prepare(`SELECT ${entryColumns} FROM log ORDER BY seq DESC LIMIT ?`),
    lost: prepare(lost),
  };
}

type Statements = ReturnType<typeof statementsOf>;

function readPage(statements: Statements, from: Place): Page {
  const findings: string[] = [];
  const place = from.seq === 0 ? beginningOf(statements, findings) : from;
  const records = statements.entriesAfter.all(place.seq, pageEntries) as unknown as Values[];
  const end = records.reduce((last, record) => follow(last, record, findings), place);
  for (const [seq] of statements.lost.all(place.seq, end.seq) as unknown as Values[]) {
    findings.push(`The command ${String(seq)} is in the log, but its id does not find it.`);
  }
  return { findings, place: end, isLast: records.length === 0 };
}

/** The chain before the first command; and whether what was committed last holds together. */
function beginningOf(statements: Statements, findings: string[]): Place {
  try {
    const recent = readRecent(statements);
    if (recent === undefined) return { seq: 0, chain: undefined };
    const { store, epochs, genesis } = recent.head;
    const first = epochsOf(epochs)[0];
    if (first === undefined || genesisChain(nodeHash, store, first) !== genesis) {
      findings.push('The history begins otherwise than this store did.');
    }
    return { seq: 0, chain: genesis };
  } catch (error) {
    findings.push(sentence(error));
    return { seq: 0, chain: undefined };
  }
}

function follow(place: Place, record: Values, findings: string[]): Place {
  const seq = Number(record[0]);
  if (seq !== place.seq + 1) findings.push(`The command ${place.seq + 1} is missing in the log.`);
  let entry: LogEntry;
  try {
    entry = toEntry(record);
  } catch (error) {
    findings.push(sentence(error));
    return { seq, chain: undefined };
  }
  if (place.chain !== undefined && seq === place.seq + 1) {
    const { brokenAt } = verifyEntries(nodeHash, place.chain, [entry]);
    if (brokenAt !== undefined) findings.push(changed(brokenAt));
  }
  return { seq, chain: entry.chain };
}

/** All reads of one page see the same commits. */
function inOneView<T>(db: DatabaseSync, run: () => T): T {
  db.exec('BEGIN');
  try {
    return run();
  } finally {
    db.exec('COMMIT');
  }
}

function changed(seq: number): string {
  return `The history does not hold: the command ${seq} was changed after it was decided.`;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
