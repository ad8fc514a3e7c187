// What stands below the flags of the commands about attention: an example for each flag.

const ends = `It works while the hub runs, on the hub's own machine. Ends with 0 when it was done, with 1 when the
hub is stopped or says no, with 2 when it was asked wrongly.`;

const elsewhere = '--data /mnt/orders --hub 9000 --json';
const forPrograms = 'for a hub with another folder and port; a program reads the answer';

export const attentionHelp = `
Examples:
  npm run -s pos-sync -- attention --limit 20
      the oldest twenty decisions that wait, and the newest twenty things to look at
  npm run -s pos-sync -- attention ${elsewhere}
      ${forPrograms}

What waits has no effect yet: "decide" settles it. The rest stays on the list until it is taken off
with "dismiss". ${ends}`;

export const decideHelp = `
Examples:
  npm run -s pos-sync -- decide 1204 1205 --apply
      carries out what stands at these places of the list, the oldest first
  npm run -s pos-sync -- decide --device "Till 2" --apply
      everything that waits of that device
  npm run -s pos-sync -- decide 1204 --drop
      drops it for good: whoever asked for it is told so
  npm run -s pos-sync -- decide 1204 --apply ${elsewhere}
      ${forPrograms}

What was decided first stays; deciding again changes nothing. Steps on one order are carried out in
the order in which they were taken: a later one waits for the older ones. Money and what else has
happened goes on waiting where it cannot be carried out yet; anything else is over then. ${ends}
Ends with 1 as well when it came out otherwise than asked, as where it was decided before.`;

export const dismissHelp = `
Examples:
  npm run -s pos-sync -- dismiss 1204 1190
      takes off the list what stands at these places
  npm run -s pos-sync -- dismiss --all
      takes off everything that does not wait for a decision
  npm run -s pos-sync -- dismiss 1204 ${elsewhere}
      ${forPrograms}

${ends}`;
