// The failure scenarios this project says it survives, by number. Each one listed here must have a
// test whose title carries it, as in `it('… [scenario 13]')`; tidy fails otherwise. A scenario is
// added together with its test and is never taken out again.

export const scenarios: readonly number[] = [
  1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 28,
  30, 32, 33, 34, 38, 39, 40, 41, 42, 43, 44, 47, 48, 49, 50, 53, 54, 55, 56, 57, 58, 59, 60, 61,
  62, 63, 64, 66, 67, 68, 69,
];

/**
 * Those that real processes, disks and sockets play. All others are schedules, and the simulator
 * has a patch for each that makes its test fail.
 */
export const runScenarios: readonly number[] = [12, 13, 21, 47, 48, 49, 68];
