// The failure scenarios this project says it survives, by number. Each one listed here must have a
// test whose title carries it, as in `it('… [scenario 13]')`; tidy fails otherwise. A scenario is
// added together with its test and is never taken out again.

export const scenarios: readonly number[] = [];
