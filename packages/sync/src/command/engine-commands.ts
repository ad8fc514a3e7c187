// The commands that the engine itself understands, whatever the domain. A device sends them as they
// are and foresees nothing of what they do.

export const engineCommandVersion = 1;

export const engineCommands = {
  pair: 'device.pair',
  vouched: 'device.vouched',
  rename: 'device.rename',
  changeRole: 'device.changeRole',
  retire: 'device.retire',
  revoke: 'device.revoke',
  restored: 'device.restored',
  missing: 'device.missing',
  lacking: 'device.lacking',
  turn: 'day.turn',
  decide: 'deferred.decide',
  closeAttention: 'attention.close',
  setClock: 'clock.set',
  doubtClock: 'clock.doubt',
  strange: 'device.strange',
  stranded: 'device.stranded',
  recovered: 'epoch.recovered',
} as const;

/** The code of the outcome `ok` of a report about rows that the hub has after all. */
export const knownAfterAll = 'KNOWN_AFTER_ALL';

const names: ReadonlySet<string> = new Set(Object.values(engineCommands));

export function isEngineCommand(name: string): boolean {
  return names.has(name);
}
