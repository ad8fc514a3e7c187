// What stands below the flags of the commands about the past: an example for each flag.

const ends = `It works while the hub runs, on the hub's own machine, and changes nothing there. Ends with 0 when
it was done, with 1 when the hub is stopped or says no, with 2 when it was asked wrongly.`;

const elsewhere = '--data /mnt/orders --hub http://127.0.0.1:9000 --json';
const forPrograms = 'for a hub with another folder and port; a program reads the answer';

export const ordersHelp = `
Examples:
  npm run -s pos-sync -- orders --day 2026-11-22 --limit 200
      the orders that were opened on that business day, the newest first
  npm run -s pos-sync -- orders --number B17 --device Till
      every B17 of that device, whatever the day
  npm run -s pos-sync -- orders B17
      the newest B17 with its lines, tickets and payments
  npm run -s pos-sync -- orders B17 --history
      everything that was ever asked of it, by whom, and what came of it
  npm run -s pos-sync -- orders ${elsewhere}
      ${forPrograms}

Amounts are whole minor units, such as cents. ${ends}`;

export const exportHelp = `
Examples:
  npm run -s pos-sync -- export --day 2026-11-22 --out 2026-11-22.csv
      a table for a program that calculates with tables
  npm run -s pos-sync -- export --day 2026-11-22 --format json --out day.json
      the same for other programs
  npm run -s pos-sync -- export --day 2026-11-22 --out day.csv ${elsewhere}
      ${forPrograms}

docs/history.md has the columns. ${ends}`;
