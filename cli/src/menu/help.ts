// What stands below the flags of the commands about the menu: an example for each flag.

const ends = `It works while the hub runs, on the hub's own machine. docs/menu.md says how a file is written.`;

const elsewhere = '--data /mnt/orders --hub http://127.0.0.1:9000 --json';
const forPrograms = 'for a hub with another folder and port; a program reads the answer';

export const menuHelp = `
Examples:
  npm run -s pos-sync -- menu export --out menu.csv
  npm run -s pos-sync -- menu import menu.csv`;

export const exportHelp = `
Examples:
  npm run -s pos-sync -- menu export --out menu.csv
      a table for a program that calculates with tables
  npm run -s pos-sync -- menu export --out menu.json --format json
      the same for other programs
  npm run -s pos-sync -- menu export --out menu.csv ${elsewhere}
      ${forPrograms}

${ends} Ends with 0 when the file is written, with 1 when the hub is stopped or says no, with 2 when it
was asked wrongly.`;

export const importHelp = `
Examples:
  npm run -s pos-sync -- menu import menu.csv
      shows what the file changes, and asks
  npm run -s pos-sync -- menu import menu.csv --preview
      only shows it
  npm run -s pos-sync -- menu import menu.json --yes
      shows it and does it
  npm run -s pos-sync -- menu import menu.csv --yes ${elsewhere}
      ${forPrograms}

Prices are whole minor units, such as cents. What is not in the file stays on the menu. A file in which
one line is wrong changes nothing, and neither does one that is imported twice.

${ends} Ends with 0 when the menu is as in the file or was only looked at, with 1 when nothing was
changed because nobody said yes, the file is wrong, or the hub is stopped or says no, or when the hub ended in
the middle: then import the same file again; with 2 when it was asked wrongly.`;
