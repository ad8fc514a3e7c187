// What happened in a run: a fault that never occurs proves nothing, so each is counted.

export interface Counters {
  hubKills: number;
  exits: number;
  deviceKills: number;
  cuts: number;
  gaps: number;
  busies: number;
  snapshots: number;
  deltas: number;
  behind: number;
  turns: number;
  clones: number;
  restores: number;
  updates: number;
  epochs: number;
  offered: number;
  dropped: number;
  commands: number;
  ok: number;
  rejected: number;
  deferred: number;
  steps: number;
}

export function noCounts(): Counters {
  return {
    hubKills: 0,
    exits: 0,
    deviceKills: 0,
    cuts: 0,
    gaps: 0,
    busies: 0,
    snapshots: 0,
    deltas: 0,
    behind: 0,
    turns: 0,
    clones: 0,
    restores: 0,
    updates: 0,
    epochs: 0,
    offered: 0,
    dropped: 0,
    commands: 0,
    ok: 0,
    rejected: 0,
    deferred: 0,
    steps: 0,
  };
}

export function addCounts(sum: Counters, more: Counters): void {
  for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += more[name];
}
