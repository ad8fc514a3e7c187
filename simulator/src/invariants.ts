// What must never break, by name: the judge of a run throws one of these, a planted bug says by which
// it has to be found, and the help of `npm run simulate` explains them.

export const invariants = {
  I1: 'What a device was answered is in the log, with that outcome, and stays there.',
  I2: 'No command is decided twice.',
  I3: 'Totals, payments and closed bills are what the log says they must be, to the cent.',
  I4: 'The log has no hole, its chain holds, and the store keeps exactly that log.',
  I5: 'A device holds exactly what the hub showed at the place in history where it stands.',
  I6: 'What the waiter sees the kitchen has seen was really drawn there.',
  I7: 'A device stands in a history that was, and shows its own commands until they are decided.',
  I10: 'Queues and memory stay bounded.',
  I12: 'A device lets go of nothing that no copy of the present history holds.',
  O1: 'A line that was taken stays on the screen of whoever took it.',
  O3: 'Commands of one device are decided in the order in which it made them.',
  O4: 'Every decision had its effect and a reason: no row is missing, wrong or unaccounted for.',
  O6: 'A receipt number is given once.',
  O8: 'The log alone gives the rows again.',
  O9: 'What waited for an update, or behind something else, is tried again once it can be.',
  O10: 'What the hub lost and nobody brings back stays on the screens that showed it.',
  O11: 'What devices bring back is decided in the order of the histories that were lost.',
  live: 'When the faults stop, everything comes through within a minute.',
  calm: 'When nothing goes wrong, nobody has to catch up.',
  crash: 'The engine throws nothing.',
} as const;

export type Invariant = keyof typeof invariants;

export class Broken extends Error {
  readonly invariant: Invariant;
  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'Broken';
    this.invariant = invariant;
  }
}
