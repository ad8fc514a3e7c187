// Verifies the whole database in the background and tells /health: degraded until it is done, and
// failing when something in it does not hold.

import { existsSync } from 'node:fs';
import path from 'node:path';

import type { HealthReason, HealthSource } from '../http/health.ts';
import type { Log } from '../log.ts';
import { checkInBackground } from './check-worker.ts';
import { databaseName } from './schema.ts';

const checking: HealthReason = {
  severity: 'degraded',
  code: 'STORE_BEING_CHECKED',
  message: 'The hub is reading through all its orders to see that none is damaged.',
  fix: 'Nothing to do. Orders can be taken meanwhile.',
};

/** Starts the check of `folder`. */
export function watchStore(folder: string, log: Log): HealthSource {
  let reasons = [checking];
  void checkInBackground(folder).then(({ ok, findings }) => {
    reasons = ok ? [] : [damaged(findings)];
    if (!ok) log.error({ findings }, 'the store does not hold');
  });
  return () => (existsSync(path.join(folder, databaseName)) ? reasons : [gone(folder)]);
}

/** Moved or deleted under a hub that goes on writing to what has no name any more. */
function gone(folder: string): HealthReason {
  return {
    severity: 'failing',
    code: 'STORE_GONE',
    message: `The orders are no longer where the hub keeps them, in ${folder}.`,
    fix: 'Stop the hub, put the folder back where it was, then start the hub again.',
  };
}

function damaged(findings: readonly string[]): HealthReason {
  return {
    severity: 'failing',
    code: 'STORE_DAMAGED',
    message: `Some of the kept orders are damaged: ${findings.slice(0, 3).join('; ')}`,
    fix: 'Copy the data folder to a safe place, then put the newest backup back.',
  };
}
