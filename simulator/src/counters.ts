// What happened in a run: a fault that never occurs proves nothing, so each is counted.

/** Each counter, and what it counts. */
export const counterWords = {
  hubKills: 'the hub was killed, or left by itself',
  exits: 'it left because its disk could not be trusted (code 75)',
  stops: 'it was stopped as one should',
  writesLost: 'writes of the hub that a power cut took before they were synced',
  readsFailed: 'reads of the hub that failed',
  valuesRefused: 'commits that the store refused because of what was in them',
  deviceKills: 'a device was killed or switched off',
  cuts: 'a connection was cut',
  framesLost: 'frames that the network lost; whoever sent them says them again',
  gaps: 'the hub asked for commands that were skipped',
  busies: 'the hub said "later"',
  snapshots: 'a device was given its whole view',
  deltas: 'a device was given what it had missed',
  behind: 'a device read too slowly',
  turns: 'the business day turned',
  clones: 'a copy of a device was told apart',
  joins: 'a device was paired in the middle of the day',
  roleChanges: 'a manager gave a device another role',
  leaves: 'a manager put a device away, or shut it out',
  closings: 'people closed an entry of attention, or tried to',
  approvals: 'a manager let a device in again that the hub had forgotten',
  restores: 'an old copy of the database was put back',
  updates: 'the hub was updated, or put back to the build before',
  epochs: 'a new epoch began',
  offered: 'frames in which devices offered again what they had been answered',
  lateOffers: 'of these, frames that came when the recovery was over',
  journalLetGo: 'entries that devices let go of because a copy held them',
  commands: 'commands that people gave',
  ok: 'commands that went through',
  rejected: 'commands that were refused, with a reason',
  deferred: 'commands that wait for somebody, or did',
  steps: 'things that happened',
} as const;

export type Counters = Record<keyof typeof counterWords, number>;

export function noCounts(): Counters {
  const counts = Object.keys(counterWords).map((name) => [name, 0]);
  return Object.fromEntries(counts) as Counters;
}

export function addCounts(sum: Counters, more: Counters): void {
  for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += more[name];
}
