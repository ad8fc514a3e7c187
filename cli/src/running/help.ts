// What stands below the flags of the commands about the hub process: an example for each flag.

const elsewhere = '--data /mnt/orders --hub 9000 --json';
const forPrograms = 'for a hub with another folder and port; a program reads the answer';

export const startHelp = `Usage: pos-sync start [--background] [settings]

Starts the hub. It stays in this terminal until Ctrl+C; with --background it goes on when the terminal is
closed and the line is cut, and the command ends when the hub answers.

Examples:
  npm run -s pos-sync -- start
  npm run -s pos-sync -- start --background --port 9000 --data /mnt/orders

Ends with 0 when the hub ran and was stopped, or runs in the background; else with the hub's own code: 1 when
it did not start, 2 when a setting is wrong, 75 when it has to be started again.
`;

export const stopHelp = `
Examples:
  npm run -s pos-sync -- stop
      what devices gave it is on the disk; they wait until it comes back
  npm run -s pos-sync -- stop ${elsewhere}
      ${forPrograms}

Ends with 0 when no hub runs any more, also when none ran; with 1 when one runs and does not stop; with 2
when it was asked wrongly.`;

export const restartHelp = `
Examples:
  npm run -s pos-sync -- restart
      with the program that lies there now, as after an update
  npm run -s pos-sync -- restart ${elsewhere}
      ${forPrograms}

It keeps its settings, its terminal and its number. Ends with 0 when the new one answers, with 1 when the hub is
stopped or did not come back, with 2 when it was asked wrongly.`;

export const statusHelp = `
Examples:
  npm run -s pos-sync -- status
      since when it runs, who is here, what waits for a person
  npm run -s pos-sync -- status ${elsewhere}
      ${forPrograms}: its "state" is running, degraded, failing, stopped or silent

Ends with 0 when orders move, with 1 when the hub is stopped, silent or failing, with 2 when it was asked
wrongly.`;

export const logsHelp = `
Examples:
  npm run -s pos-sync -- logs --lines 200
      the newest 200 lines
  npm run -s pos-sync -- logs --follow --data /mnt/orders
      for a hub with another folder: goes on with each line that comes, until Ctrl+C
  npm run -s pos-sync -- logs --json
      a program reads them

They lie in the data folder, in logs/hub.log and, older, logs/hub.1.log. Ends with 0, with 1 when there is no
log, with 2 when it was asked wrongly.`;
