// How far a device has come, and whether all have come equally far: what everybody waits for who
// wants to look at rows when nothing moves any more.

import type { Client } from '@pos-sync/client';

export interface Standing {
  readonly name: string;
  readonly state: Client['connection']['state'];
  readonly epoch: string | undefined;
  readonly seq: number;
  readonly unanswered: number;
  /** Everything it was told is stored and it waits for nothing. */
  readonly settled: boolean;
}

const lookEveryMs = 300;

/**
 * Waits until all rest at one place, twice in a row: for a moment everybody also rests between two
 * commands. Answers where each of them still is after `withinMs`; undefined when all is at rest.
 */
export async function comeToRest(
  ask: () => readonly Standing[] | Promise<readonly Standing[]>,
  withinMs: number,
): Promise<string | undefined> {
  const untilMs = performance.now() + withinMs;
  let before: string | undefined;
  for (;;) {
    const standings = await ask();
    const now = restingPlace(standings);
    if (now !== undefined && now === before) return undefined;
    before = now;
    if (performance.now() > untilMs) return sayStandings(standings);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Whether everything the hub has is here and everything made here is there. */
export function standingOf({ name, client }: { name: string; client: Client }): Standing {
  const { at } = client.confirmed;
  const { state, isLive, waiting } = client.connection;
  return {
    name,
    state,
    epoch: at?.epoch.id,
    seq: at?.seq ?? 0,
    unanswered: waiting,
    settled: isLive && waiting === 0 && at !== undefined,
  };
}

/** The one place in history where all of them rest; undefined where they do not. */
export function restingPlace(standings: readonly Standing[]): string | undefined {
  const [first] = standings;
  if (first === undefined) return undefined;
  const { seq, epoch } = first;
  const isLevel = standings.every(
    (standing) => standing.settled && standing.seq === seq && standing.epoch === epoch,
  );
  return isLevel ? `${epoch} ${seq}` : undefined;
}

/** Where each of them is; for people. */
export function sayStandings(standings: readonly Standing[]): string {
  return standings
    .map(({ name, state, seq, unanswered, settled }) => {
      return `${name} ${state}${settled ? ' settled' : ''}, ${unanswered} waiting, at ${seq}`;
    })
    .join('; ');
}
