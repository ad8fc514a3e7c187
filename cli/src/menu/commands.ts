// What may be typed about the menu: out of the hub into a file, and from a file into the hub after a
// look at what it changes.

import { type Command, Option } from 'commander';

import { type DoorFlags, doorOf, withDoorFlags } from '../door-flags.ts';
import { exportHelp, importHelp, menuHelp } from './help.ts';

interface ExportFlags extends DoorFlags {
  readonly out: string;
  readonly format: 'csv' | 'json';
}

interface ImportFlags extends DoorFlags {
  readonly preview?: true;
  readonly yes?: true;
}

export function addMenuCommands(program: Command): void {
  const menu = program
    .command('menu')
    .description('writes the menu into a file, or brings one in from a file')
    .addHelpText('after', menuHelp);

  const exported = menu
    .command('export')
    .description('writes the menu into a new file')
    .requiredOption('--out <file>', 'the file; one that is there stays as it is')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(['csv', 'json']).default('csv'),
    );
  withDoorFlags(exported, 'prints {"file","items"} on one line')
    .addHelpText('after', exportHelp)
    .action(async (flags: ExportFlags) => {
      const { exportMenu } = await import('./export.ts');
      const { format, out, json = false } = flags;
      console.log(await exportMenu(await doorOf(flags), { format, out, json }));
    });

  const imported = menu
    .command('import')
    .description('shows what a file changes about the menu, and changes it when you say yes')
    .argument('<file>', 'a table, or JSON where its name ends in .json')
    .option('--preview', 'only shows it')
    .option('--yes', 'changes it without asking');
  withDoorFlags(imported, 'prints what was changed, or would be, on one line')
    .addHelpText('after', importHelp)
    .action(async (file: string, flags: ImportFlags) => {
      const { importMenu } = await import('./import.ts');
      const { person } = await import('./person.ts');
      const { preview = false, yes = false, json = false } = flags;
      await importMenu(await doorOf(flags), { file, preview, yes, json }, person());
    });
}
