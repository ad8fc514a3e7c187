// What stands below the flags in the help of a command: an example for each flag, and for the replay
// the words of its result, some of which sound like loss to whoever meets them first.

export const pairHelp = `
Examples:
  npm run -s pos-sync -- pair --role entry --name "Till 1"
      prints a code; type it into the device within five minutes
  npm run -s pos-sync -- pair --role kitchen --name Grill --data /mnt/orders
      for a hub that was started with --data /mnt/orders
  npm run -s pos-sync -- pair --role guest --name Window --hub http://127.0.0.1:9000 --json
      for a hub on port 9000; a program reads the answer

In a terminal it also draws the address with the code in it, for the device's camera. It works while
the hub runs, on the hub's own machine. Ends with 0 when a code was printed, with 1 when the hub is
stopped or says no, with 2 when it was asked wrongly.`;

const ends = `It works while the hub runs, on the hub's own machine. Ends with 0 when it was done, with 1 when the
hub is stopped or says no, with 2 when it was asked wrongly.`;

export const devicesHelp = `
Examples:
  npm run -s pos-sync -- devices
      who was let in, who of them is here, and who asks to be let in
  npm run -s pos-sync -- devices --data /mnt/orders --hub http://127.0.0.1:9000 --json
      for a hub with another folder and port; a program reads the answer

What the list says:
  here         connected now, or when it was last, as far as the hub knows since it was started
  to decide    what it delivered and a manager has to decide on
  retired      put away: what it still delivers counts, it is told nothing more
  revoked      shut out: what it still delivers waits until a manager decides

${ends}`;

export const approveHelp = `
A device asks to be let in where the hub does not know it, as after an older copy of the orders was put
back. It kept everything and delivers it when it is let in. Compare the code on its screen with the
list of "devices" first: whoever shows another code is another device. Type it as it stands on the device;
what a device calls itself and its id are what anybody can claim, so neither is taken here.

Examples:
  npm run -s pos-sync -- approve K7Q2-M9XD --role entry
      under the name it says
  npm run -s pos-sync -- approve K7Q2-M9XD --role entry --name "Till 1"
      under another one
  npm run -s pos-sync -- approve K7Q2-M9XD --role kitchen --data /mnt/orders \
      --hub http://127.0.0.1:9000 --json
      for a hub with another folder and port; a program reads the answer

${ends}`;

/** `example` is a command with what stands behind it. */
export function changeHelp(example: string): string {
  return `
Examples:
  npm run -s pos-sync -- ${example}
      the device by its letter, its name or its id, as "devices" lists them
  npm run -s pos-sync -- ${example} --data /mnt/orders --hub http://127.0.0.1:9000 --json
      for a hub with another folder and port; a program reads the answer

${ends}`;
}

export const replayHelp = `
Examples:
  npm run -s pos-sync -- replay cli/samples/orders.jsonl
      one device takes the 40 sample orders, one looks on
  npm run -s pos-sync -- replay orders.tsv --entries 4 --displays 3
      four devices take the orders in turn, three look on
  npm run -s pos-sync -- replay orders.tsv --entries 4 --chaos --seed 7
      the same with bad luck; seed 8 hits others at other moments
  npm run -s pos-sync -- replay orders.tsv --skip-bad --keep /tmp/evening
      without the rows that are no orders; what was stored stays in /tmp/evening
  npm run -s pos-sync -- replay orders.tsv --json
      the last line on stdout is the result, for a program
  npm run -s pos-sync -- replay orders.tsv --hub 8080 --data /mnt/orders
      through the hub that runs on this machine, without bad luck
  npm run -s pos-sync -- replay orders.tsv --hub http://192.168.1.100:8080 --code K7Q2M9XD
      through one on another machine; the code is what "pair --role manager --name Replay" says there
  npm run -s pos-sync -- replay orders.tsv --hub 8080 --into-live-store
      also where there are orders of a shop already: numbers, bills and takings get those of the replay

What the result says:
  lost, there twice     what the file has and some device or the database lacks, or has too often
  devices that differ   devices that do not hold exactly what the hub would show them
  commands sent again   no loss: a device repeats what it was not answered, as after a cut
  … the hub knew        of these, what the hub had already and only its answer was lost on the way;
                        it answers again and does nothing a second time
  … while commands      of the hub's restarts, those that hit while somebody waited for an answer;
      waited            the last restart comes when all is calm

Without --hub it needs no running hub and touches none. With --hub its devices are put away at the end;
what they ordered and its menu stay in that hub. Ends with 0 when nothing was lost, nothing is there twice,
every device is equal to the hub, and the totals are those of the file; with 1 when that is not so;
with 2 when it was asked wrongly. docs/replay.md says more.`;
