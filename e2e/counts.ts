// How often the long tests repeat what they do. Each count has a flag of `npm run test:long`, which
// e2e/long.ts turns into the variable that is read here.

/** The flags of `npm run test:long`, and how it hands each on to the tests. */
export const countFlags = {
  starts: { flag: '--starts', variable: 'LONG_STARTS', standard: 50 },
  killRounds: { flag: '--kill-rounds', variable: 'LONG_KILL_ROUNDS', standard: 30 },
  histories: { flag: '--histories', variable: 'LONG_HISTORIES', standard: 200 },
  /** At most so many seeds are searched for each planted bug. */
  plantedSeeds: { flag: '--planted-seeds', variable: 'LONG_PLANTED_SEEDS', standard: 2_000 },
  /** Commands of the soak. */
  soakEvents: { flag: '--soak-events', variable: 'LONG_SOAK_EVENTS', standard: 100_000 },
  /** Read by the store's own test, which knows nothing of this folder. */
  walStep: { flag: '--wal-step', variable: 'WAL_CUT_EVERY_BYTES', standard: 16 },
} as const;

export const counts = {
  starts: count('starts'),
  killRounds: count('killRounds'),
  histories: count('histories'),
  plantedSeeds: count('plantedSeeds'),
  soakEvents: count('soakEvents'),
};

function count(name: keyof typeof countFlags): number {
  const { flag, variable, standard } = countFlags[name];
  const text = process.env[variable] ?? String(standard);
  if (isCount(text)) return Number(text);
  throw new Error(`${flag} is "${text}": it must be a whole number above 0.`);
}

export function isCount(text: string): boolean {
  return /^[1-9]\d*$/.test(text);
}
