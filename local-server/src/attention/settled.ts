// What became of a command that was set aside, also long after it left the working rows.

import type { Decision } from '@pos-sync/sync';

import type { CommittedStore } from '../history/command-log.ts';

export interface Settled {
  /** Of the command that decided on it. */
  readonly seq: number;
  readonly outcome: string;
  readonly code?: string;
  readonly message?: string;
}

/** Undefined where no command with this id was ever set aside. */
export function findSettled(store: CommittedStore, id: string): Settled | 'waits' | undefined {
  const { entries, settled } = store.find({ ids: [id] });
  const [first] = entries.map(({ decision }) => JSON.parse(decision) as Decision);
  if (first?.outcome !== 'deferred') return undefined;
  const last = settled.at(-1);
  if (last === undefined) return 'waits';
  const { outcome, code, message } = JSON.parse(last.decision) as Decision;
  return {
    seq: last.seq,
    outcome,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
  };
}
