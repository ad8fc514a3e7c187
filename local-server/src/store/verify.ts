// Reads the whole database once, after the hub has begun to serve: SQLite looks at its structure,
// the checksums at what people ordered, and the chain at whether it is what was decided.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import { checkHistory } from './history-check.ts';
import { selects } from './reading.ts';
import { rowColumns, toLastN, toRow, toSettlement, toTombstone } from './records.ts';

export interface Findings {
  readonly ok: boolean;
  /** Sentences for a log, at most `findingsMax`. */
  readonly findings: readonly string[];
}

const findingsMax = 20;

const scans = [
  [selects.rows, toRow],
  [`SELECT ${rowColumns} FROM archived_row`, toRow],
  [selects.tombstones, toTombstone],
  [selects.lastN, toLastN],
  ['SELECT id, seq, decision, checksum FROM settlement', toSettlement],
] as const;

/** Never throws because of what is stored: an unreadable page is a finding. */
export function verify(db: DatabaseSync): Findings {
  const findings = [...structure(db)];
  for (const [sql, check] of scans) {
    findings.push(...scan(db, sql, check, findingsMax - findings.length));
  }
  findings.push(...history(db, findingsMax - findings.length));
  return { ok: findings.length === 0, findings: findings.slice(0, findingsMax) };
}

/**
 * `integrity_check` instead of `quick_check`: it also compares indexes with their tables.
 */
function structure(db: DatabaseSync): readonly string[] {
  try {
    const rows = db.prepare(`PRAGMA integrity_check(${findingsMax})`).all();
    return rows.map((row) => String(row['integrity_check'])).filter((text) => text !== 'ok');
  } catch (error) {
    return [sentence(error)];
  }
}

function scan(
  db: DatabaseSync,
  sql: string,
  check: (values: readonly SQLOutputValue[]) => unknown,
  room: number,
): readonly string[] {
  const findings: string[] = [];
  try {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    for (const values of statement.iterate()) {
      if (findings.length >= room) break;
      try {
        check(values as unknown as readonly SQLOutputValue[]);
      } catch (error) {
        findings.push(sentence(error));
      }
    }
  } catch (error) {
    findings.push(sentence(error));
  }
  return findings;
}

function history(db: DatabaseSync, room: number): readonly string[] {
  const findings: string[] = [];
  try {
    for (const finding of checkHistory(db)) {
      if (findings.length >= room) break;
      findings.push(finding);
    }
  } catch (error) {
    findings.push(sentence(error));
  }
  return findings;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
