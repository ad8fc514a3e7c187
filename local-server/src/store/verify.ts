// Reads the whole database once, after the hub has begun to serve: SQLite looks at its structure,
// our checksums at what people ordered. The chain over the log is the engine's to verify.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import { toEntry, toRow } from './reading.ts';

export interface Findings {
  readonly ok: boolean;
  /** Sentences for a log, at most `findingsMax`. */
  readonly findings: readonly string[];
}

const findingsMax = 20;

const scans = [
  ['SELECT key, subject, seq, text, checksum FROM row', toRow],
  ['SELECT key, subject, seq, text, checksum FROM archived_row', toRow],
  [
    'SELECT seq, device, n, id, repeats, body, salt, rows_hash, payload_hash, decision, chain, ' +
      'checksum FROM log',
    toEntry,
  ],
] as const;

/** Never throws because of what is stored: an unreadable page is a finding. */
export function verify(db: DatabaseSync): Findings {
  const findings = [...structure(db)];
  for (const [sql, check] of scans) {
    findings.push(...scan(db, sql, check, findingsMax - findings.length));
  }
  return { ok: findings.length === 0, findings: findings.slice(0, findingsMax) };
}

/**
 * `integrity_check` instead of `quick_check`: it also compares indexes with their tables. An index
 * that has lost an id would let a resent command be carried out twice.
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

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
